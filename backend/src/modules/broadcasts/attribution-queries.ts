/** Statements that write down what recipients did with a message. */
import type { Earning } from "@backend/modules/conversions/index.ts";
import type { Db } from "@db/client.ts";
import {
  broadcastConversions,
  broadcastRecipients,
  sequenceConversions,
  sequenceMessages,
} from "@db/schema/broadcasts.ts";
import { and, eq, sql } from "drizzle-orm";

/** A message that somebody got: of a broadcast, or of a sequence. Their ids are of one kind, so an id is one of them. */
export type Carrier =
  | { kind: "broadcast"; id: bigint; subscriberId: number | null; broadcastId: string }
  | { kind: "sequence"; id: bigint; subscriberId: number; sequenceId: string };

/** A message of the workspace's, locked until the transaction ends. */
export async function lockCarrier(db: Db, workspaceId: string, id: bigint): Promise<Carrier | null> {
  const r = broadcastRecipients;
  const [recipient] = await db
    .select({ id: r.id, subscriberId: r.subscriberId, broadcastId: r.broadcastId })
    .from(r)
    .where(and(eq(r.id, id), eq(r.workspaceId, workspaceId)))
    .for("update");
  if (recipient) return { kind: "broadcast", ...recipient };
  const m = sequenceMessages;
  const [message] = await db
    .select({ id: m.id, subscriberId: m.subscriberId, sequenceId: m.sequenceId })
    .from(m)
    .where(and(eq(m.id, id), eq(m.workspaceId, workspaceId)))
    .for("update");
  return message ? { kind: "sequence", ...message } : null;
}

export async function listEarnings(
  db: Db,
  { kind, id }: Carrier,
): Promise<{ conversionId: bigint; isEarned: boolean }[]> {
  if (kind === "broadcast") {
    const { conversionId, isEarned, recipientId } = broadcastConversions;
    return db.select({ conversionId, isEarned }).from(broadcastConversions).where(eq(recipientId, id));
  }
  const { conversionId, isEarned, messageId } = sequenceConversions;
  return db.select({ conversionId, isEarned }).from(sequenceConversions).where(eq(messageId, id));
}

/** The message that a conversion was given to. */
export async function ownerOfConversion(db: Db, conversionId: string): Promise<bigint | null> {
  const [row] = await db.execute<{ id: string }>(sql`
    select recipient_id as id from broadcast_conversions where conversion_id = ${conversionId}::bigint
    union all select message_id from sequence_conversions where conversion_id = ${conversionId}::bigint`);
  return row ? BigInt(row.id) : null;
}

export async function saveEarning(db: Db, carrier: Carrier, earning: Earning): Promise<void> {
  const { status, isEarned, amount, currency, at } = earning;
  const values = { status, isEarned, amount, currency, at };
  const conversionId = BigInt(earning.conversionId);
  if (carrier.kind === "broadcast") {
    const placed = { ...values, country: earning.country };
    await db
      .insert(broadcastConversions)
      .values({ ...placed, conversionId, recipientId: carrier.id, broadcastId: carrier.broadcastId })
      .onConflictDoUpdate({ target: broadcastConversions.conversionId, set: placed });
  } else
    await db
      .insert(sequenceConversions)
      .values({ ...values, conversionId, messageId: carrier.id })
      .onConflictDoUpdate({ target: sequenceConversions.conversionId, set: values });
}

/** Marks a message as one that brought something, or no longer so. Answers with how many conversions that are. */
export async function markConverted(db: Db, { kind, id }: Carrier): Promise<number> {
  const [earnings, messages] =
    kind === "broadcast"
      ? [sql`broadcast_conversions where recipient_id = ${id}`, sql`broadcast_recipients`]
      : [sql`sequence_conversions where message_id = ${id}`, sql`sequence_messages`];
  const [row] = await db.execute<{ count: number }>(sql`
    with earned as (select min(at) as first_at, count(*)::int as count from ${earnings} and is_earned),
      marked as (update ${messages} set converted_at = (select first_at from earned) where id = ${id})
    select count from earned`);
  return row?.count ?? 0;
}

/** Marks the broadcast that a bot delivered last to a human; null when there was none since, or he has answered it so already. */
export async function noteAnswerOfLatest(
  db: Db,
  ask: { workspaceId: string; botId: string; telegramId: number; since: Date; at: Date; answer: "reply" | "opt_out" },
): Promise<string | null> {
  const column = sql.raw(ask.answer === "reply" ? "replied_at" : "opted_out_at");
  // Queued is before sent, by a day at most when a lane was paused: the index bounds the search by it, the moment of sending decides.
  const [row] = await db.execute<{ broadcast_id: string }>(sql`
    update broadcast_recipients set ${column} = ${ask.at.toISOString()}::timestamptz
    where ${column} is null and id = (
      select id from broadcast_recipients
      where workspace_id = ${ask.workspaceId} and telegram_id = ${ask.telegramId} and bot_id = ${ask.botId} and state = 'sent'
        and queued_at >= ${ask.since.toISOString()}::timestamptz - interval '1 day'
        and done_at >= ${ask.since.toISOString()}::timestamptz
      order by done_at desc, id desc limit 1)
    returning broadcast_id`);
  return row?.broadcast_id ?? null;
}

/** Counts a broadcast's answers from its recipients. */
export async function recountAnswers(db: Db, broadcastId: string): Promise<void> {
  await db.execute(sql`
    update broadcasts b set clicked = c.clicked, replied = c.replied, opted_out = c.opted_out, converted = c.converted
    from (
      select count(clicked_at)::int as clicked, count(replied_at)::int as replied, count(opted_out_at)::int as opted_out,
        count(converted_at)::int as converted
      from broadcast_recipients
      where broadcast_id = ${broadcastId}
        and (clicked_at is not null or replied_at is not null or opted_out_at is not null or converted_at is not null)
    ) c
    where b.id = ${broadcastId}`);
}
