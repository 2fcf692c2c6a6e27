import type { ActionContext } from "@backend/kit/context.ts";
import type { InboundEvent, Reading } from "@backend/kit/inbox.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { decodeBytes } from "../domain/decode.ts";
import { type CallReading, readCall } from "../domain/read-call.ts";
import {
  callOfRow,
  clockAhead,
  findArrived,
  happenedAt,
  type LoggedConversion,
  logRowKey,
  partsOfLogRowKey,
  readStoredRow,
} from "../domain/tracker-log.ts";
import type { ConversionsPorts } from "../ports.ts";
import { statusMapOf } from "../present.ts";
import { type ConnectionRow, findOwnConnection } from "../queries.ts";
import { findHabit, findKnown, settleLogRow } from "../tracker-log-queries.ts";
import { recordConversion } from "./record-conversion.ts";

/** The inbox's name for rows of trackers' logs that no postback told. */
export const trackerLogSource = "tracker-log";

/** Rows on their way into the inbox at once; it refuses when thousands wait. */
const storedTogether = 200;
const habitDays = 30;

/**
 * Puts missing rows into the inbox: as calls that came by pulling, in the line that postbacks of the connection stand in, so
 * that a row and its own late postback are read one after the other. A row is stored once, and again only when the pull finds
 * it missing long after.
 */
export async function storeMissing(
  ctx: ActionContext<ConversionsPorts>,
  connection: ConnectionRow,
  rows: readonly { row: LoggedConversion; isAgain: boolean; clockAheadMs: number | null }[],
): Promise<void> {
  const encode = new TextEncoder();
  for (let start = 0; start < rows.length; start += storedTogether) {
    const stored = rows.slice(start, start + storedTogether).map(({ row, isAgain, clockAheadMs }) => {
      const key = logRowKey(row);
      // The moment by our clock travels along: what the tracker's clock said is known only while it is asked.
      const body = { ...row, clockAheadMs: clockAhead(clockAheadMs) };
      return ctx.ports.intake.store({
        workspaceId: connection.workspaceId,
        source: trackerLogSource,
        sourceId: connection.id,
        externalId: isAgain ? `log:${key}:${ctx.now.getTime()}` : `log:${key}`,
        orderKey: `tracker:${connection.id}`,
        method: "PULL",
        path: "/conversions/log",
        query: "",
        headers: { "content-type": "application/json" },
        body: encode.encode(JSON.stringify(body)),
        senderAddress: null,
        requestId: crypto.randomUUID(),
      });
    });
    await Promise.all(stored);
  }
}

/**
 * Reads one missing row, in the inbox's transaction. When its postback has come meanwhile nothing is recorded; otherwise the
 * conversion is recorded as recovered, with the tracker's own moment. Reading the same row again changes nothing.
 */
export async function readLogRow(ctx: ActionContext<ConversionsPorts>, event: InboundEvent): Promise<Reading> {
  const connection =
    event.sourceId === null ? null : await findOwnConnection(ctx.db, event.workspaceId, event.sourceId);
  if (!connection) return { status: "ignored", outcome: { reason: "connection_deleted" } };
  if (connection.state === "paused") return { status: "ignored", outcome: { reason: "connection_paused" } };
  const text = event.body === null ? "" : decodeBytes(event.body);
  const row = readStoredRow(text);
  if (!row) return { status: "malformed", outcome: { reason: "json_unreadable" } };

  const rowKey = logRowKey(row);
  const statusMap = statusMapOf(connection);
  const known = await findKnown(ctx.db, connection.id, {
    subids: row.subid === null ? [] : [row.subid],
    tids: row.subid === null && row.tid !== null ? [row.tid] : [],
  });
  const arrived = findArrived(row, known, statusMap);
  if (arrived) {
    const arrival = arrived.isRecovered ? "recovered" : "delivered";
    await settle(ctx, connection, rowKey, { arrival, conversionId: arrived.id });
    return { status: "ignored", outcome: { reason: "arrived_meanwhile", conversionId: String(arrived.id) } };
  }

  const reading = await readingOfRow(ctx, connection, row);
  if (reading.outcome !== "conversion") return { status: reading.outcome, outcome: { reason: reading.reason } };
  const recorded = await recordConversion(ctx, {
    connection,
    facts: reading.facts,
    notes: reading.notes,
    receivedAt: event.receivedAt,
    eventId: event.replayOf ?? event.id,
    isRecovered: true,
    happenedAt: happenedAt(row, storedClock(text)),
  });
  const { conversionId } = recorded;
  const isNew = recorded.arrival === "new";
  await settle(ctx, connection, rowKey, { arrival: isNew ? "recovered" : "delivered", conversionId });
  return {
    status: "handled",
    outcome: {
      arrival: isNew ? "recovered" : recorded.arrival,
      conversionId: String(conversionId),
      deliveryIds: recorded.deliveryIds,
      notes: reading.notes,
    },
  };
}

/** What a row of the tracker's log says, in the words that this connection's postbacks use. */
export async function readingOfRow(
  ctx: ActionContext,
  connection: ConnectionRow,
  row: LoggedConversion,
): Promise<CallReading> {
  const since = new Date(ctx.now.getTime() - habitDays * 86_400_000);
  const habit = await findHabit(ctx.db, connection.id, partsOfLogRowKey(logRowKey(row)).status, since);
  const statusMap = statusMapOf(connection);
  return readCall(
    { method: "GET", query: callOfRow(row, habit, statusMap), contentType: null, body: null },
    { statusMap, defaultCurrency: connection.defaultCurrency },
  );
}

/** How far the tracker's clock when the row was read. */
function storedClock(text: string): number | null {
  const { clockAheadMs } = JSON.parse(text) as { clockAheadMs?: unknown };
  return typeof clockAheadMs === "number" && Number.isFinite(clockAheadMs) ? clockAheadMs : null;
}

async function settle(
  ctx: ActionContext,
  connection: ConnectionRow,
  rowKey: string,
  to: Parameters<typeof settleLogRow>[3],
): Promise<void> {
  await settleLogRow(ctx.db, connection.id, rowKey, to);
  await notifyLive(ctx.db, { workspaceId: connection.workspaceId, topic: "connections", id: connection.id });
}
