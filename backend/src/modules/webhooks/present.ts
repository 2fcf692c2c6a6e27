/** Rows → what leaves the server. */
import { translator } from "@backend/i18n/index.ts";
import type { Actor } from "@backend/kit/context.ts";
import { maskSecret, type Vault } from "@backend/kit/crypto.ts";
import type { Call, Endpoint } from "./contracts.ts";
import type { AttemptRow, CallCounts, CallRow, EndpointRow } from "./queries.ts";

/** A secret sealed with a key that is known no more has no hint; rotating it mends that. */
function hintOf(vault: Pick<Vault, "open">, sealed: string): string {
  try {
    return maskSecret(vault.open(sealed).replace(/^whsec_/, ""));
  } catch {
    return "…";
  }
}

export function presentEndpoint(
  row: EndpointRow,
  counts: CallCounts | undefined,
  vault: Pick<Vault, "open">,
  now: Date,
): Endpoint {
  const isOverlapping = row.previousUntil !== null && row.previousUntil > now;
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    events: row.events,
    state: row.state,
    secretHint: hintOf(vault, row.secretSealed),
    previousUntil: isOverlapping ? (row.previousUntil?.toISOString() ?? null) : null,
    failingSince: row.failingSince?.toISOString() ?? null,
    lastDay: counts ?? { delivered: 0, failed: 0, waiting: 0 },
    createdAt: row.createdAt.toISOString(),
  };
}

export const presentCall = (row: CallRow, lastStatus: number | null): Call => ({
  id: String(row.id),
  endpointId: row.endpointId,
  messageId: row.messageId,
  event: row.event,
  state: row.state,
  attempts: row.attempts,
  lastStatus,
  nextAt: row.nextAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  doneAt: row.doneAt?.toISOString() ?? null,
});

export const presentAttempt = (row: AttemptRow, locale: Actor["locale"]) => ({
  at: row.at.toISOString(),
  tookMs: row.tookMs,
  status: row.status,
  problem: row.problem === null ? null : (translator(locale).find(`webhooks.problem.${row.problem}`) ?? row.problem),
  answer: row.answer,
});
