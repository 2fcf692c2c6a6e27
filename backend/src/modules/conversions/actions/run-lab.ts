/** The lab: what becomes of a call, step by step, without anything becoming of it. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { findOwnChat, queueDelivery } from "@backend/modules/messaging/index.ts";
import { type AlertBook, readAlertBook } from "../alert-book.ts";
import type { LabInput, LabReport, LabSendInput } from "../alert-contracts.ts";
import { whereRead, withNames } from "../campaign-facts.ts";
import type { Alert } from "../domain/alert.ts";
import { readThreadId } from "../domain/connection-settings.ts";
import { decodeBytes } from "../domain/decode.ts";
import { type Arrival, identityOf, judgeArrival } from "../domain/identity.ts";
import { readPastedCall } from "../domain/pasted-call.ts";
import { type CallReading, type ConversionFacts, readCall } from "../domain/read-call.ts";
import type { RouteTrace } from "../domain/routing.ts";
import { canonicalStatus, foldStatus } from "../domain/status-map.ts";
import { type LoggedConversion, readStoredRow } from "../domain/tracker-log.ts";
import { minuteOfDay } from "../domain/wall-clock.ts";
import { callNotFound, callUnreadable, connectionNotFound, nothingToSend, targetNotFound } from "../errors.ts";
import type { ConversionsPorts } from "../ports.ts";
import { statusMapOf } from "../present.ts";
import {
  type ConnectionRow,
  type ConversionRow,
  findByIdentity,
  findOwnCall,
  findVisibleConnection,
} from "../queries.ts";
import { readingRulesOf } from "../reading-rules.ts";
import { messageFor, planTelling, type Telling } from "../tell.ts";
import { presentTelling } from "./dry-run-routes.ts";
import { readingOfRow, trackerLogSource } from "./read-log-row.ts";

type Ctx = ActionContext<ConversionsPorts>;
interface Call {
  shown: LabReport["call"];
  bytes: Uint8Array | null;
  /** What the call is, when it is no postback but a row that was found in the tracker's log. */
  logged: LoggedConversion | null;
}

/** Every step that a call would go, as the routes, templates and known conversions are now. Throws when there is nothing to read. */
export async function runLab(ctx: Ctx, input: LabInput): Promise<LabReport> {
  return (await examine(ctx, input)).report;
}

/** Sends what the lab shows to a chat, marked as a replay. No conversion comes of it. */
export function sendFromLab(ctx: Ctx, input: LabSendInput): Promise<{ deliveryId: string }> {
  return inTransaction(ctx, async (tx) => {
    const { chatId, threadId, ...rest } = input;
    const { alert, connection, book } = await examine(tx, rest);
    if (!alert) throw nothingToSend();
    const chat = await findOwnChat(tx.db, tx.actor.workspaceId, chatId);
    if (!chat) throw targetNotFound();
    const subject = {
      ...alert,
      isReplay: true,
      connectionName: connection.name,
      receivedAt: tx.now,
      timeZone: book.timeZone,
    };
    const about = { conversionId: null, scope: null, readAt: null };
    const message = messageFor(book.templateOf(null), subject, connection.locale, tx.ports.markup, about);
    const { id } = await queueDelivery(tx.db, {
      workspaceId: tx.actor.workspaceId,
      chatId: chat.id,
      threadId: chat.isForum ? readThreadId(threadId) : null,
      lane: "service",
      content: { kind: "text", html: message.html },
      subject: { kind: "connection", id: connection.id },
    });
    await recordAudit(tx, {
      action: "connection.replay-sent",
      subjectKind: "connection",
      subjectId: connection.id,
      after: { chatId: chat.id },
    });
    return { deliveryId: id ?? "" };
  });
}

interface Examined {
  report: LabReport;
  connection: ConnectionRow;
  book: AlertBook;
  alert: Alert | null;
}

async function examine(ctx: Ctx, input: LabInput): Promise<Examined> {
  const connection = await findVisibleConnection(ctx.db, ctx.actor, input.connectionId);
  if (!connection) throw connectionNotFound();
  const book = await readAlertBook(ctx.db, ctx.actor.workspaceId);
  const { understoodAs, shown, bytes, logged } = await callOf(ctx, input);
  const reading = logged
    ? await readingOfRow(ctx, connection, logged)
    : readCall(
        { method: shown.method, query: shown.query, contentType: shown.contentType, body: bytes },
        readingRulesOf(connection, ctx.ports.vault),
      );
  const empty: LabReport = {
    understoodAs,
    call: shown,
    reading: presentReading(reading),
    status: null,
    identity: null,
    arrival: null,
    routes: [],
    messages: [],
    silence: connection.state === "paused" ? "paused" : "no_conversion",
  };
  if (reading.outcome !== "conversion") return { report: empty, connection, book, alert: null };

  const { facts } = reading;
  const identity = identityOf(facts);
  const known = await findByIdentity(ctx.db, connection.id, identity.key);
  const arrival =
    (input.call.kind === "event" ? whatCameOf(known, input.call.eventId) : null) ?? judgeArrival(known, facts);
  const named = await withNames(ctx.db, connection.id, facts);
  const alert: Alert = {
    facts: arrival.kind === "correction" ? { ...named, ...arrival.to } : named,
    correctedFrom: arrival.kind === "correction" ? arrival.from : null,
    isRecovered: logged !== null,
    isTest: false,
  };
  const occasion = { connection, alert, receivedAt: ctx.now };
  const traces = book.router.explain({
    connectionId: connection.id,
    facts: alert.facts,
    minuteOfDay: minuteOfDay(ctx.now, book.timeZone),
  });
  const tellings = await planTelling(ctx.db, book, occasion, ctx.now);
  const readAt = await whereRead(ctx.db, connection.id, named);
  const report: LabReport = {
    ...empty,
    status: statusOf(connection, facts),
    identity: {
      subid: identity.subid,
      tid: identity.tid,
      status: identity.status,
      byAllFacts: identity.subid === "" && identity.tid === "",
    },
    arrival: {
      kind: arrival.kind,
      conversionId: known === null ? null : String(known.id),
      from: arrival.kind === "correction" ? arrival.from : null,
      to: arrival.kind === "correction" ? arrival.to : null,
    },
    routes: traces.map(presentTrace),
    messages: tellings.map((telling) => ({
      told: presentTelling(telling),
      ...messageFor(
        book.templateOf(telling.addressee.target.templateId),
        { ...alert, connectionName: connection.name, receivedAt: ctx.now, timeZone: telling.addressee.timeZone },
        telling.addressee.locale,
        ctx.ports.markup,
        { conversionId: "0", scope: telling.addressee.scope, readAt },
      ),
    })),
    silence: silenceOf(connection, arrival.kind, traces, tellings),
  };
  return { report, connection, book, alert };
}

/**
 * What a stored call was when it was read: by now its own conversion is known, and it would be called its own repeat. Null when
 * nothing of it is written on the conversion: then it was a repeat, or has never been read.
 */
function whatCameOf(known: ConversionRow | null, eventId: string): Arrival | null {
  if (known === null) return null;
  if (String(known.eventId) === eventId) return { kind: "new" };
  const correction = known.corrections.find((one) => one.eventId === eventId);
  if (correction) return { kind: "correction", from: correction.from, to: correction.to };
  // Older than the amount that stands, and it changed nothing: a repeat, then as now.
  return known.amountEventId !== null && BigInt(eventId) < known.amountEventId ? { kind: "duplicate" } : null;
}

async function callOf(ctx: Ctx, { call, connectionId }: LabInput): Promise<Call & Pick<LabReport, "understoodAs">> {
  if (call.kind === "text") {
    const pasted = readPastedCall(call.text);
    if (!pasted) throw callUnreadable();
    const { understoodAs, ...shown } = pasted;
    return {
      understoodAs,
      shown,
      bytes: pasted.body === null ? null : new TextEncoder().encode(pasted.body),
      logged: null,
    };
  }
  const stored = await findOwnCall(ctx.db, ctx.actor.workspaceId, BigInt(call.eventId));
  if (stored?.sourceId !== connectionId) throw callNotFound();
  const body = stored.body === null ? null : decodeBytes(stored.body);
  return {
    understoodAs: "stored",
    shown: {
      method: stored.method,
      path: stored.path,
      query: stored.query,
      contentType: stored.headers["content-type"] ?? null,
      body,
    },
    bytes: stored.body,
    logged: stored.source === trackerLogSource && body !== null ? readStoredRow(body) : null,
  };
}

const presentReading = (reading: CallReading): LabReport["reading"] =>
  reading.outcome === "conversion"
    ? { outcome: "conversion", reason: null, facts: reading.facts, notes: reading.notes }
    : { outcome: reading.outcome, reason: reading.reason, facts: null, notes: reading.notes };

function statusOf(connection: ConnectionRow, facts: ConversionFacts): LabReport["status"] {
  const word = facts.rawStatus;
  const isOwn = word !== null && Object.hasOwn(statusMapOf(connection), foldStatus(word));
  const isKnown = word !== null && canonicalStatus(word) !== "other";
  return {
    word,
    status: facts.status,
    by: word === null ? "absent" : isOwn ? "own" : isKnown || foldStatus(word) === "other" ? "default" : "unknown",
  };
}

const presentTrace = ({ route, outcome, conditions }: RouteTrace): LabReport["routes"][number] => ({
  id: route.id,
  name: route.name,
  outcome,
  conditions,
});

/** Why nobody hears of it, the first reason in the order of the way; null when somebody does. */
function silenceOf(
  connection: ConnectionRow,
  arrival: "new" | "duplicate" | "correction",
  traces: readonly RouteTrace[],
  tellings: readonly Telling[],
): LabReport["silence"] {
  if (connection.state === "paused") return "paused";
  if (arrival === "duplicate") return "duplicate";
  if (tellings.some(({ decision }) => decision.outcome === "now" || decision.outcome === "held")) return null;
  if (tellings.some(({ decision }) => decision.outcome === "dropped")) return "dropped";
  if (tellings.length > 0) return "no_chat";
  return traces.length > 0 ? "no_route" : "no_chat";
}
