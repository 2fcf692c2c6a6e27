/** SQL of the reports. Every statement is scoped to one workspace and reads a bounded number of rows. */
import { earning, isTakenBack, momentOf, rejecting } from "@backend/modules/conversions/index.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

export interface Day {
  day: string;
  timeZone: string;
  start: Date;
  yesterdayStart: Date;
  /** Yesterday at this time of day; on the day of a clock change an hour is missing or extra, as on the wall. */
  yesterdayNow: Date;
}

/** Bounds of today in the workspace's own zone. */
export async function readDay(db: Db, workspaceId: string, now: Date): Promise<Day> {
  const at = sql`${now.toISOString()}::timestamptz`;
  const [row] = await db.execute<{
    day: string;
    timeZone: string;
    start: string;
    yesterdayStart: string;
    yesterdayNow: string;
  }>(sql`
    select w.time_zone as "timeZone", to_char(${at} at time zone w.time_zone, 'YYYY-MM-DD') as day,
      date_trunc('day', ${at} at time zone w.time_zone) at time zone w.time_zone as start,
      (date_trunc('day', ${at} at time zone w.time_zone) - interval '1 day') at time zone w.time_zone as "yesterdayStart",
      ((${at} at time zone w.time_zone) - interval '1 day') at time zone w.time_zone as "yesterdayNow"
    from workspaces w where w.id = ${workspaceId}`);
  if (!row) throw new Error("the workspace of the caller is not there");
  return {
    day: row.day,
    timeZone: row.timeZone,
    start: new Date(row.start),
    yesterdayStart: new Date(row.yesterdayStart),
    yesterdayNow: new Date(row.yesterdayNow),
  };
}

const during = (day: Day, now: Date) => sql`(
    v.received_at between ${day.start.toISOString()}::timestamptz and ${now.toISOString()}::timestamptz
    or v.received_at between ${day.yesterdayStart.toISOString()}::timestamptz and ${day.yesterdayNow.toISOString()}::timestamptz)`;
const isToday = (day: Day) => sql`v.received_at >= ${day.start.toISOString()}::timestamptz`;

/** Rows of connections that the caller is not shown are left out of his figures. */
const isShown = (hidden: readonly string[]) =>
  hidden.length === 0 ? sql`true` : sql`v.connection_id <> all(${`{${hidden.join(",")}}`}::uuid[])`;

export async function countConversions(
  db: Db,
  workspaceId: string,
  day: Day,
  now: Date,
  hidden: readonly string[],
): Promise<{ status: string; today: number; yesterday: number }[]> {
  const rows = await db.execute<{ status: string; today: number; yesterday: number }>(sql`
    select v.status, count(*) filter (where ${isToday(day)})::int as today, count(*) filter (where not ${isToday(day)})::int as yesterday
    from conversions v where v.workspace_id = ${workspaceId} and ${during(day, now)} and ${isShown(hidden)}
    group by v.status order by 2 desc, 1`);
  return [...rows];
}

/**
 * Earned amounts by currency. A sale that the tracker rejected afterwards is a second row with the same ids; such a sale counts
 * no more (`isTakenBack` says it of one row). Rejections of sales of these two days lie in these two days too, so they are read
 * once and not once per sale; sales found in the tracker's log may be older than that and are few.
 */
export async function sumRevenue(
  db: Db,
  workspaceId: string,
  day: Day,
  now: Date,
  hidden: readonly string[],
): Promise<{ currency: string | null; today: string; yesterday: string }[]> {
  const rows = await db.execute<{ currency: string | null; today: string; yesterday: string }>(sql`
    with taken_back as materialized (
      select v.connection_id, v.subid, v.tid, max(${momentOf("v")}) as moment from conversions v
      where v.workspace_id = ${workspaceId} and v.received_at >= ${day.yesterdayStart.toISOString()}::timestamptz
        and v.status in ${rejecting} and v.subid <> '' group by 1, 2, 3
    )
    select v.currency, trim_scale(coalesce(sum(v.amount) filter (where ${isToday(day)}), 0))::text as today,
      trim_scale(coalesce(sum(v.amount) filter (where not ${isToday(day)}), 0))::text as yesterday
    from conversions v
    left join taken_back r on r.connection_id = v.connection_id and r.subid = v.subid and r.tid = v.tid and r.moment >= ${momentOf("v")}
    where v.workspace_id = ${workspaceId} and ${during(day, now)} and v.status in ${earning} and v.amount is not null and r.moment is null
      and not (v.is_recovered and ${isTakenBack("v")}) and ${isShown(hidden)}
    group by v.currency order by sum(v.amount) filter (where ${isToday(day)}) desc nulls last, v.currency`);
  return [...rows];
}

/** Deliveries looked at for today's figures, newest first: enough for any day of alerts; a broadcast has its own report. */
const deliveriesLookedAt = 50_000;

export async function countDeliveries(
  db: Db,
  workspaceId: string,
  since: Date,
): Promise<{ byState: { state: string; count: number }[]; isCapped: boolean }> {
  const rows = await db.execute<{ state: string; count: number; looked: number; oldest: string | null }>(sql`
    with latest as materialized (
      select state, created_at from deliveries where workspace_id = ${workspaceId} order by id desc limit ${deliveriesLookedAt}
    )
    select state, count(*)::int as count, (select count(*)::int from latest) as looked, (select min(created_at) from latest) as oldest
    from latest where created_at >= ${since.toISOString()}::timestamptz group by state order by 2 desc`);
  const first = rows[0];
  const isCapped =
    first !== undefined &&
    first.looked === deliveriesLookedAt &&
    first.oldest !== null &&
    new Date(first.oldest).getTime() >= since.getTime();
  return { byState: rows.map(({ state, count }) => ({ state, count })), isCapped };
}

const delaysLookedAt = 2_000;

/** From a call's arrival to its alert in Telegram; messages that waited on purpose (quiet hours) are left out. */
export async function measureDelay(
  db: Db,
  workspaceId: string,
  since: Date,
): Promise<{ count: number; p50Ms: number | null; p95Ms: number | null }> {
  const [row] = await db.execute<{ count: number; p50Ms: number | null; p95Ms: number | null }>(sql`
    with latest as materialized (
      select v.id, v.received_at from conversions v
      where v.workspace_id = ${workspaceId} and v.received_at >= ${since.toISOString()}::timestamptz and not v.is_recovered
      order by v.received_at desc limit ${delaysLookedAt}
    ), delays as (
      select extract(epoch from d.done_at - v.received_at) * 1000 as ms
      from latest v join deliveries d
        on d.workspace_id = ${workspaceId} and d.subject_kind = 'conversion' and d.subject_id = v.id::text
      where d.state = 'sent' and d.done_at is not null and d.not_before <= d.created_at + interval '1 second'
        and d.created_at < v.received_at + interval '1 hour'
    )
    select count(*)::int as count, round(percentile_cont(0.5) within group (order by ms))::int as "p50Ms",
      round(percentile_cont(0.95) within group (order by ms))::int as "p95Ms" from delays`);
  return row ?? { count: 0, p50Ms: null, p95Ms: null };
}

/** Conversions of today per connection. */
export async function countByConnection(
  db: Db,
  workspaceId: string,
  since: Date,
): Promise<ReadonlyMap<string, number>> {
  const rows = await db.execute<{ id: string; count: number }>(sql`
    select v.connection_id as id, count(*)::int as count from conversions v
    where v.workspace_id = ${workspaceId} and v.received_at >= ${since.toISOString()}::timestamptz group by 1`);
  return new Map(rows.map(({ id, count }) => [id, count]));
}

export async function readFirstSteps(
  db: Db,
  workspaceId: string,
): Promise<{ hasChat: boolean; hasConnection: boolean; hasPostback: boolean }> {
  const [row] = await db.execute<{ hasChat: boolean; hasConnection: boolean; hasPostback: boolean }>(sql`
    select exists (select 1 from chats where workspace_id = ${workspaceId} and state = 'active') as "hasChat",
      exists (select 1 from tracker_connections where workspace_id = ${workspaceId} and deleted_at is null) as "hasConnection",
      exists (select 1 from tracker_connections where workspace_id = ${workspaceId} and first_event_at is not null) as "hasPostback"`);
  return row ?? { hasChat: false, hasConnection: false, hasPostback: false };
}

export async function countTotals(db: Db, workspaceId: string, day: Day) {
  const dayAgo = new Date(day.start).toISOString();
  const [row] = await db.execute<{
    persons: number;
    active: number;
    fresh: number;
    chats: number;
    connections: number;
    conversions: number;
    queued: number;
  }>(sql`
    select
      (select count(*)::int from persons where workspace_id = ${workspaceId} and erased_at is null) as persons,
      (select count(*)::int from persons where workspace_id = ${workspaceId} and erased_at is null and last_seen_at >= ${dayAgo}::timestamptz) as active,
      (select count(*)::int from persons where workspace_id = ${workspaceId} and created_at >= ${dayAgo}::timestamptz) as fresh,
      (select count(*)::int from chats where workspace_id = ${workspaceId} and state = 'active') as chats,
      (select count(*)::int from tracker_connections where workspace_id = ${workspaceId} and deleted_at is null) as connections,
      (select count(*)::int from conversions where workspace_id = ${workspaceId}) as conversions,
      (select count(*)::int from bots b join deliveries d on d.bot_id = b.id and d.state = 'queued' where b.workspace_id = ${workspaceId}) as queued`);
  if (!row) throw new Error("totals have no row");
  return row;
}
