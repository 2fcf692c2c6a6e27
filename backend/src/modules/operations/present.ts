/** Rows → contracts of the inbox. Nothing leaves here unmasked. */
import { translator } from "@backend/i18n/index.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { inboxReplays } from "@db/schema/operations.ts";
import type { InboxEvent, InboxItem, Replay } from "./contracts.ts";
import { bodyText } from "./domain/body-text.ts";
import { maskSecrets } from "./domain/mask.ts";
import type { StoredCall, StoredEvent } from "./inbox-queries.ts";

const shownQuery = 2_000;
const shownDetail = 500;

/** `conversionId: "12"`, `deliveryIds: ["3", "4"]` in a reader's outcome name what the call made. */
export function linksOf(outcome: Record<string, unknown> | null): { kind: string; id: string }[] {
  const links: { kind: string; id: string }[] = [];
  for (const [key, value] of Object.entries(outcome ?? {})) {
    const kind = /^([a-z][A-Za-z]*?)Ids?$/.exec(key)?.[1];
    if (!kind) continue;
    for (const id of Array.isArray(value) ? value : [value])
      if ((typeof id === "string" && id !== "") || typeof id === "number") links.push({ kind, id: String(id) });
  }
  // jsonb keeps no order of keys; the reader's eye wants one.
  return links.sort((a, b) => a.kind.localeCompare(b.kind)).slice(0, 50);
}

/** Values of an outcome may quote the call, so they are masked like it. */
function maskedOutcome(outcome: Record<string, unknown> | null): Record<string, unknown> {
  return JSON.parse(maskSecrets(JSON.stringify(outcome ?? {}))) as Record<string, unknown>;
}

interface StoredError {
  name?: unknown;
  message?: unknown;
  cause?: unknown;
}

/** The error as its reader threw it (kit/inbox.ts keeps it as JSON), in words: a refusal of ours says itself, the rest is a fault. */
export function presentError(stored: string | null, locale: Locale): InboxItem["error"] {
  if (stored === null) return null;
  const t = translator(locale);
  let error: StoredError = {};
  try {
    const parsed: unknown = JSON.parse(stored);
    error = typeof parsed === "object" && parsed !== null ? (parsed as StoredError) : { message: stored };
  } catch {
    error = { message: stored };
  }
  const message = typeof error.message === "string" ? error.message : "";
  if (error.name === "AppError" && t.has(message))
    return { code: message, message: t.find(message) ?? message, detail: null };
  const detail = maskSecrets([error.name, message].filter((part) => typeof part === "string" && part).join(": "));
  return {
    code: "operations.reading_failed",
    message: t("operations.reading_failed"),
    detail: detail === "" ? null : detail.slice(0, shownDetail),
  };
}

export type NameOf = (source: string, sourceId: string) => string | null;

export function presentItem(event: StoredEvent, locale: Locale, nameOf: NameOf): InboxItem {
  return {
    id: event.id,
    receivedAt: event.receivedAt.toISOString(),
    source: event.source,
    from: event.sourceId === null ? null : { id: event.sourceId, name: nameOf(event.source, event.sourceId) },
    method: event.method,
    path: maskSecrets(event.path).slice(0, shownQuery),
    query: maskSecrets(event.query).slice(0, shownQuery),
    bodyBytes: event.bodyBytes,
    senderAddress: event.senderAddress,
    status: event.status,
    attempts: event.attempts,
    isTest: event.isTest,
    replayOf: event.replayOf,
    links: linksOf(event.outcome),
    error: presentError(event.error, locale),
  };
}

export function presentEvent(
  call: StoredCall,
  locale: Locale,
  nameOf: NameOf,
  replays: readonly { id: string; receivedAt: Date; status: InboxItem["status"] }[],
): InboxEvent {
  const body = call.body === null ? null : bodyText(call.body);
  return {
    ...presentItem(call, locale, nameOf),
    path: maskSecrets(call.path),
    query: maskSecrets(call.query),
    headers: Object.fromEntries(
      Object.entries(call.headers).map(([name, value]) => [name, maskSecrets(String(value))]),
    ),
    body: body && { ...body, text: maskSecrets(body.text) },
    externalId: call.externalId,
    requestId: call.requestId,
    processedAt: call.processedAt?.toISOString() ?? null,
    outcome: maskedOutcome(call.outcome),
    replays: replays.map((replay) => ({ ...replay, receivedAt: replay.receivedAt.toISOString() })),
  };
}

export function presentReplay(row: typeof inboxReplays.$inferSelect): Replay {
  const whole = Number(row.ceilingId - row.firstId) + 1;
  const walked = Number(row.checkpointId - row.firstId) + 1;
  return {
    id: row.id,
    state: row.state,
    stored: row.stored,
    percent: row.state === "done" ? 100 : Math.max(0, Math.min(99, Math.floor((walked / Math.max(1, whole)) * 100))),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
