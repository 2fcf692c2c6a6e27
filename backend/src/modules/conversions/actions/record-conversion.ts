import type { ActionContext } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { readAlertBook } from "../alert-book.ts";
import { withNames } from "../campaign-facts.ts";
import { clickCodeIn } from "../domain/click-id.ts";
import { rejectingStatuses } from "../domain/counting.ts";
import { type Arrival, identityOf, judgeArrival } from "../domain/identity.ts";
import type { ConversionFacts, Note } from "../domain/read-call.ts";
import { clickConverted, conversionRecorded } from "../events.ts";
import type { ConversionsPorts } from "../ports.ts";
import {
  type ConnectionRow,
  findByIdentity,
  insertConversion,
  listFactsOfClick,
  lockConversion,
  saveCorrection,
  touchLastEvent,
} from "../queries.ts";
import { markDayStale, markDaysOfNew } from "../stale-days.ts";
import { tell } from "../tell.ts";

export interface ReportedConversion {
  connection: ConnectionRow;
  facts: ConversionFacts;
  notes: Note[];
  receivedAt: Date;
  /** The stored call; of a replay, the call that is replayed, since that is when the tracker said it. */
  eventId: bigint;
  isRecovered: boolean;
  /** The tracker's own moment of a conversion found in its log. */
  happenedAt?: Date | null;
}

export interface Recorded {
  conversionId: bigint;
  arrival: Arrival["kind"];
  /** Queued messages about it. */
  deliveryIds: string[];
  /** Alerts about it that wait on purpose. */
  heldIds: string[];
}

/**
 * Records what a tracker reported, in the caller's transaction: a new conversion, a correction of a known one's amount, or
 * nothing new. The first two tell whom the routes name, other rooms and open screens; a duplicate tells nobody.
 */
export async function recordConversion(
  ctx: ActionContext<ConversionsPorts>,
  reported: ReportedConversion,
): Promise<Recorded> {
  const { connection } = reported;
  // Before names: what a call is recognised by must not change when a name becomes known.
  const identity = identityOf(reported.facts);
  const facts = await withNames(ctx.db, connection.id, reported.facts);
  const conversionId = await insertConversion(ctx.db, {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    identityKey: identity.key,
    subid: identity.subid,
    tid: identity.tid,
    status: facts.status,
    rawStatus: facts.rawStatus,
    amount: facts.amount,
    currency: facts.currency,
    campaignId: facts.campaignId,
    campaignName: facts.campaignName,
    country: facts.country,
    facts: { ...facts },
    notes: reported.notes,
    isRecovered: reported.isRecovered,
    receivedAt: reported.receivedAt,
    happenedAt: notAfter(reported.happenedAt ?? null, reported.receivedAt),
    eventId: reported.eventId,
    amountEventId: reported.eventId,
  });
  const recorded =
    conversionId === null
      ? await reconsider(ctx, reported, identity.key)
      : { conversionId, arrival: judgeArrival(null, facts) };
  if (conversionId !== null) await markDaysOfNew(ctx, reported);
  const isFirst = await touchLastEvent(ctx.db, connection, ctx.now);
  if (isFirst) await show(ctx, connection, "connections", connection.id);
  if (recorded.arrival.kind === "duplicate")
    return { conversionId: recorded.conversionId, arrival: "duplicate", deliveryIds: [], heldIds: [] };

  const isCorrection = recorded.arrival.kind === "correction";
  const id = String(recorded.conversionId);
  await publish(ctx.db, conversionRecorded, {
    workspaceId: connection.workspaceId,
    connectionId: connection.id,
    conversionId: id,
    status: facts.status,
    isCorrection,
  });
  const click = await clickOf(ctx, connection, facts);
  if (click !== null)
    await publish(ctx.db, clickConverted, { workspaceId: connection.workspaceId, conversionId: id, click });
  await show(ctx, connection, "conversions", id);
  const told = await tell(ctx, await readAlertBook(ctx.db, connection.workspaceId), {
    connection,
    alert: {
      facts: recorded.arrival.kind === "correction" ? { ...facts, ...recorded.arrival.to } : facts,
      correctedFrom: recorded.arrival.kind === "correction" ? recorded.arrival.from : null,
      isRecovered: reported.isRecovered,
      isTest: false,
    },
    receivedAt: reported.receivedAt,
    conversionId: recorded.conversionId,
    dedupeKey: `conversion:${id}:${isCorrection ? reported.eventId : "new"}`,
  });
  return { conversionId: recorded.conversionId, arrival: recorded.arrival.kind, ...told };
}

/**
 * The click on a message of ours that it came from. A refusal may come without the sub ids that its sale had: then those of the
 * same click of the tracker say it.
 */
async function clickOf(ctx: ActionContext, connection: ConnectionRow, facts: ConversionFacts): Promise<string | null> {
  const said = clickCodeIn(facts);
  if (said !== null || !facts.subid || !rejectingStatuses.includes(facts.status)) return said;
  for (const earlier of await listFactsOfClick(ctx.db, connection.id, facts.subid)) {
    const code = clickCodeIn(earlier);
    if (code !== null) return code;
  }
  return null;
}

/** A tracker whose clock is ahead dates what has happened into the future. */
const notAfter = (at: Date | null, limit: Date): Date | null => (at !== null && at > limit ? limit : at);

/** What a call means for the conversion that is there already. */
async function reconsider(
  ctx: ActionContext,
  reported: ReportedConversion,
  identityKey: string,
): Promise<{ conversionId: bigint; arrival: Arrival }> {
  const known = await findByIdentity(ctx.db, reported.connection.id, identityKey);
  if (!known) throw new Error("a conversion that blocked an insert is not there");
  const duplicate = { conversionId: known.id, arrival: { kind: "duplicate" as const } };
  // Repeats are many and need no lock; only a change does, and is then judged again.
  if (judgeArrival(known, reported.facts).kind !== "correction") return duplicate;
  const locked = await lockConversion(ctx.db, known.id);
  const arrival = judgeArrival(locked, reported.facts);
  // Jobs may read two calls in the wrong order: the older one does not take the newer amount back.
  const isOutdated = locked.amountEventId !== null && reported.eventId < locked.amountEventId;
  if (arrival.kind !== "correction" || isOutdated) return duplicate;
  await saveCorrection(ctx.db, locked, {
    at: reported.receivedAt.toISOString(),
    eventId: String(reported.eventId),
    from: arrival.from,
    to: arrival.to,
  });
  await markDayStale(ctx, locked.workspaceId, [locked.happenedAt ?? locked.receivedAt]);
  return { conversionId: locked.id, arrival };
}

const show = (ctx: ActionContext, connection: ConnectionRow, topic: string, id: string) =>
  notifyLive(ctx.db, { workspaceId: connection.workspaceId, topic, id });
