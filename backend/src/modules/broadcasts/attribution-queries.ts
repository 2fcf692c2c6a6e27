/** Statements that write down what recipients did with a message. */
import type { Earning } from "@backend/modules/conversions/index.ts";
import type { Db } from "@db/client.ts";
import { broadcastConversions, broadcastRecipients } from "@db/schema/broadcasts.ts";
import { and, eq, sql } from "drizzle-orm";

export type RecipientRow = typeof broadcastRecipients.$inferSelect;

/** A recipient of the workspace's, locked until the transaction ends. */
export async function lockRecipient(db: Db, workspaceId: string, recipientId: bigint): Promise<RecipientRow | null> {
  const [row] = await db
    .select()
    .from(broadcastRecipients)
    .where(and(eq(broadcastRecipients.id, recipientId), eq(broadcastRecipients.workspaceId, workspaceId)))
    .for("update");
  return row ?? null;
}

export const listEarnings = (db: Db, recipientId: bigint) =>
  db.select().from(broadcastConversions).where(eq(broadcastConversions.recipientId, recipientId));

/** The recipient whom a conversion was given to. */
export async function ownerOfConversion(db: Db, conversionId: string): Promise<bigint | null> {
  const [row] = await db
    .select({ recipientId: broadcastConversions.recipientId })
    .from(broadcastConversions)
    .where(eq(broadcastConversions.conversionId, BigInt(conversionId)));
  return row?.recipientId ?? null;
}

export async function saveEarning(
  db: Db,
  recipient: Pick<RecipientRow, "id" | "broadcastId">,
  earning: Earning,
): Promise<void> {
  const { status, isEarned, amount, currency, at } = earning;
  const values = { status, isEarned, amount, currency, at };
  await db
    .insert(broadcastConversions)
    .values({
      ...values,
      conversionId: BigInt(earning.conversionId),
      recipientId: recipient.id,
      broadcastId: recipient.broadcastId,
    })
    .onConflictDoUpdate({ target: broadcastConversions.conversionId, set: values });
}

/** Marks a recipient as one who bought, or no longer so, by what he brought. Answers with how many conversions that are. */
export async function markConverted(db: Db, recipientId: bigint): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with earned as (
      select min(at) as first_at, count(*)::int as count from broadcast_conversions
      where recipient_id = ${recipientId} and is_earned
    ), marked as (update broadcast_recipients set converted_at = (select first_at from earned) where id = ${recipientId})
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
