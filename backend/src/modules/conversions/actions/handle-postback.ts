import type { ActionContext } from "@backend/kit/context.ts";
import type { InboundEvent, Reading } from "@backend/kit/inbox.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type CallReading, readCall } from "../domain/read-call.ts";
import type { ConversionsPorts } from "../ports.ts";
import { type ConnectionRow, findOwnConnection, touchLastRefusal } from "../queries.ts";
import { readingRulesOf } from "../reading-rules.ts";
import { tellTest } from "../tell.ts";
import { recordConversion } from "./record-conversion.ts";

/** The inbox's name for calls of trackers. */
export const trackerSource = "tracker";

/**
 * Reads one stored call of a tracker, in the inbox's transaction. The outcome says what became of it, in codes: a conversion
 * (new, corrected, known), a test, or the reason why it is none. Reading the same call again changes nothing.
 */
export async function handlePostback(ctx: ActionContext<ConversionsPorts>, event: InboundEvent): Promise<Reading> {
  const connection =
    event.sourceId === null ? null : await findOwnConnection(ctx.db, event.workspaceId, event.sourceId);
  if (!connection) return { status: "ignored", outcome: { reason: "connection_deleted" } };
  if (connection.state === "paused") return { status: "ignored", outcome: { reason: "connection_paused" } };

  const reading = readCall(
    { method: event.method, query: event.query, contentType: event.headers["content-type"] ?? null, body: event.body },
    readingRulesOf(connection, ctx.ports.vault),
  );
  if (reading.outcome !== "conversion") return refuse(ctx, connection, reading);
  if (event.isTest) return showTest(ctx, connection, reading, event);

  const recorded = await recordConversion(ctx, {
    connection,
    facts: reading.facts,
    notes: reading.notes,
    receivedAt: event.receivedAt,
    eventId: event.replayOf ?? event.id,
    isRecovered: false,
  });
  return {
    status: "handled",
    outcome: {
      arrival: recorded.arrival,
      conversionId: String(recorded.conversionId),
      deliveryIds: recorded.deliveryIds,
      ...(recorded.heldIds.length > 0 ? { heldIds: recorded.heldIds } : {}),
      notes: reading.notes,
    },
  };
}

async function refuse(
  ctx: ActionContext,
  connection: ConnectionRow,
  reading: Exclude<CallReading, { outcome: "conversion" }>,
): Promise<Reading> {
  const isNoted = await touchLastRefusal(ctx.db, connection, reading.reason, ctx.now);
  if (isNoted)
    await notifyLive(ctx.db, { workspaceId: connection.workspaceId, topic: "connections", id: connection.id });
  return { status: reading.outcome, outcome: { reason: reading.reason, notes: reading.notes } };
}

/** A test travels the whole way and leaves a message, but no conversion. */
async function showTest(
  ctx: ActionContext<ConversionsPorts>,
  connection: ConnectionRow,
  reading: Extract<CallReading, { outcome: "conversion" }>,
  event: InboundEvent,
): Promise<Reading> {
  const deliveryIds = await tellTest(ctx, {
    connection,
    alert: { facts: reading.facts, correctedFrom: null, isRecovered: false, isTest: true },
    receivedAt: event.receivedAt,
    dedupeKey: `connection:${connection.id}:test:${event.id}`,
  });
  return { status: "handled", outcome: { arrival: "test", deliveryIds, notes: reading.notes } };
}
