/** Statements that read what broadcasts brought. `Own` in a name: of the given workspace; a stranger's is not found. */
import type { Db } from "@db/client.ts";
import {
  broadcastConversions,
  broadcastLinks,
  broadcastRecipients,
  broadcasts,
  type RecipientState,
  recipientStates,
} from "@db/schema/broadcasts.ts";
import { and, asc, desc, eq, getTableColumns, gte, inArray, type SQL, sql } from "drizzle-orm";
import type { AnswerCounts } from "./result-contracts.ts";

/** Of broadcasts that stand beside others: all but their letters, which are long. */
const { variants: _letters, ...rest } = getTableColumns(broadcasts);
export const figures = rest;
export type FiguresRow = Omit<typeof broadcasts.$inferSelect, "variants">;

export const findOwnBroadcasts = (db: Db, workspaceId: string, ids: readonly string[]): Promise<FiguresRow[]> =>
  db
    .select(figures)
    .from(broadcasts)
    .where(and(eq(broadcasts.workspaceId, workspaceId), inArray(broadcasts.id, [...ids])));

/** Those that were sent, or are being sent, since a moment, the newest first; plans that only make runs are not among them. */
export const listOwnSentSince = (db: Db, workspaceId: string, since: Date): Promise<FiguresRow[]> =>
  db
    .select(figures)
    .from(broadcasts)
    .where(
      and(
        eq(broadcasts.workspaceId, workspaceId),
        gte(broadcasts.startedAt, since),
        inArray(broadcasts.kind, ["once", "run"]),
      ),
    )
    .orderBy(desc(broadcasts.startedAt), desc(broadcasts.id));

export interface Slice extends AnswerCounts, Record<string, unknown> {
  botId: string;
  variant: number;
  language: string | null;
  state: RecipientState;
  reason: string | null;
  count: number;
}

/** Recipients by bot, variant, language, state and reason: one pass over them, of which everything else is a sum. */
export const sliceRecipients = (db: Db, broadcastId: string): Promise<Slice[]> =>
  db.execute<Slice>(sql`
    select bot_id as "botId", variant, language, state, reason, count(*)::int as count,
      count(clicked_at)::int as clicked, count(replied_at)::int as replied, count(opted_out_at)::int as "optedOut",
      count(converted_at)::int as converted, 0 as sent, 0 as failed, 0 as blocked
    from broadcast_recipients where broadcast_id = ${broadcastId} group by 1, 2, 3, 4, 5`);

/** Money by broadcast and currency, exact. */
export const moneyOfBroadcasts = (db: Db, ids: readonly string[]) =>
  db
    .select({
      broadcastId: broadcastConversions.broadcastId,
      currency: broadcastConversions.currency,
      amount: sql<string>`trim_scale(sum(${broadcastConversions.amount}::numeric))::text`,
    })
    .from(broadcastConversions)
    .where(
      and(
        inArray(broadcastConversions.broadcastId, [...ids]),
        eq(broadcastConversions.isEarned, true),
        sql`${broadcastConversions.amount} is not null`,
      ),
    )
    .groupBy(broadcastConversions.broadcastId, broadcastConversions.currency)
    .orderBy(sql`count(*) desc`, asc(broadcastConversions.currency));

export interface MoneySlice extends Record<string, unknown> {
  botId: string;
  language: string | null;
  country: string | null;
  currency: string | null;
  conversions: number;
  /** Exact; null when none of them has an amount. */
  amount: string | null;
}

/** What one broadcast earned, by all that it is told apart by. As `moneyOfBroadcasts`, of which it is the parts. */
export const sliceMoney = (db: Db, broadcastId: string): Promise<MoneySlice[]> =>
  db.execute<MoneySlice>(sql`
    select r.bot_id as "botId", r.language, c.country, c.currency, count(*)::int as conversions,
      trim_scale(sum(c.amount::numeric))::text as amount
    from broadcast_conversions c join broadcast_recipients r on r.id = c.recipient_id
    where c.broadcast_id = ${broadcastId} and c.is_earned group by 1, 2, 3, 4
    order by count(*) desc, c.currency`);

export const listLinks = (db: Db, broadcastId: string) =>
  db
    .select()
    .from(broadcastLinks)
    .where(eq(broadcastLinks.broadcastId, broadcastId))
    .orderBy(sql`${broadcastLinks.people} desc`, asc(broadcastLinks.number));

/**
 * First clicks of people by hour or day of a zone, as the moment at which it begins: without gaps from the start to the last click,
 * `limit` of them at most. Days go by the wall clock: on the night of a clock change one has 23 or 25 hours.
 */
export async function clicksOverTime(
  db: Db,
  broadcastId: string,
  { step, timeZone, since, limit }: { step: "hour" | "day"; timeZone: string; since: Date; limit: number },
): Promise<{ at: string; people: number }[]> {
  const unit = sql.raw(`'${step}'`);
  const steps = {
    hour: sql`generate_series(span.first, span.last, interval '1 hour')`,
    day: sql`(select day at time zone ${timeZone} from generate_series(
      date_trunc('day', span.first at time zone ${timeZone}), span.last at time zone ${timeZone}, interval '1 day') day)`,
  };
  const rows = await db.execute<{ at: string; people: number }>(sql`
    with clicks as (
      select date_trunc(${unit}, clicked_at, ${timeZone}) as at, count(*)::int as people
      from broadcast_recipients where broadcast_id = ${broadcastId} and clicked_at is not null group by 1
    ), span as (
      select least(date_trunc(${unit}, ${since.toISOString()}::timestamptz, ${timeZone}), min(at)) as first, max(at) as last from clicks
    )
    select steps.at, coalesce(clicks.people, 0) as people
    from span cross join lateral ${steps[step]} steps(at) left join clicks on clicks.at = steps.at order by 1 limit ${limit}`);
  return rows.map(({ at, people }) => ({ at: new Date(at).toISOString(), people }));
}

export interface RecipientFilter {
  state?: RecipientState | undefined;
  variant?: number | undefined;
  answer?: "clicked" | "replied" | "converted" | "opted_out" | undefined;
  reason?: string | undefined;
  /** Only these chats: the people that a search found. */
  chatIds?: readonly string[] | undefined;
}

export type RecipientRow = typeof broadcastRecipients.$inferSelect;

const answerColumn = {
  clicked: "clicked_at",
  replied: "replied_at",
  converted: "converted_at",
  opted_out: "opted_out_at",
} as const;

/**
 * Recipients downwards from an id, `size` at most. Each filter has its index: answers the partial one, chats the unique one, and
 * a state (all of them, when none is asked for) the one that leads by state, whose heads are merged.
 */
export async function listRecipients(
  db: Db,
  broadcastId: string,
  filter: RecipientFilter,
  page: { before: bigint | null; size: number },
): Promise<RecipientRow[]> {
  const conditions: SQL[] = [sql`broadcast_id = ${broadcastId}`];
  if (page.before !== null) conditions.push(sql`id < ${page.before}`);
  if (filter.variant !== undefined) conditions.push(sql`variant = ${filter.variant}`);
  if (filter.reason !== undefined) conditions.push(sql`reason = ${filter.reason}`);
  if (filter.answer) conditions.push(sql`${sql.raw(answerColumn[filter.answer])} is not null`);
  if (filter.chatIds) conditions.push(sql`chat_id = any(${`{${filter.chatIds.join(",")}}`}::uuid[])`);
  const where = sql.join(conditions, sql` and `);
  const order = sql`order by id desc limit ${page.size}`;
  const isNarrow = filter.answer !== undefined || filter.chatIds !== undefined;
  const states = `{${(filter.state ? [filter.state] : recipientStates).join(",")}}`;
  const ids = await db.execute<{ id: string }>(
    isNarrow
      ? sql`select id from broadcast_recipients where ${where} and state = any(${states}::text[]) ${order}`
      : sql`select r.id from unnest(${states}::text[]) as s(wanted), lateral (
          select id from broadcast_recipients where ${where} and state = s.wanted ${order}) r ${order}`,
  );
  if (ids.length === 0) return [];
  return db
    .select()
    .from(broadcastRecipients)
    .where(
      inArray(
        broadcastRecipients.id,
        ids.map(({ id }) => BigInt(id)),
      ),
    )
    .orderBy(sql`${broadcastRecipients.id} desc`);
}

/** Money by recipient and currency. */
export async function moneyOfRecipients(
  db: Db,
  ids: readonly bigint[],
): Promise<Map<string, { currency: string | null; amount: string }[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db.execute<{ recipient_id: string; currency: string | null; amount: string }>(sql`
    select recipient_id, currency, trim_scale(sum(amount::numeric))::text as amount from broadcast_conversions
    where recipient_id = any(${`{${ids.join(",")}}`}::bigint[]) and is_earned and amount is not null
    group by 1, 2 order by 1, 2`);
  const grouped = new Map<string, { currency: string | null; amount: string }[]>();
  for (const { recipient_id, ...money } of rows)
    grouped.set(recipient_id, [...(grouped.get(recipient_id) ?? []), money]);
  return grouped;
}
