/** SQL of the rolls: which days are to be counted, counting one, and saying that one is to be counted anew. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { earning, isTakenBack, momentOf, valuesOf } from "./counting.ts";
import {
  inSpan,
  otherValues,
  rolledDimensions,
  type Span,
  spanDimensions,
  spans,
  valuesPerDay,
} from "./domain/counting.ts";

export interface DueDay {
  workspaceId: string;
  timeZone: string;
  day: string;
  starts: string;
  /** Where the roll ends: the end of the day, or earlier while it lasts. */
  until: string;
}

/**
 * Days of all workspaces that are not counted up to `until`, or were cut in another zone, newest first. A workspace's days begin
 * with its first conversion; days without any are marked like all others, so that nobody looks at them again.
 */
export async function listDueDays(db: Db, until: Date, limit: number): Promise<DueDay[]> {
  const at = sql`${until.toISOString()}::timestamptz`;
  const rows = await db.execute<DueDay & Record<string, unknown>>(sql`
    select w.id as "workspaceId", w.time_zone as "timeZone", d.day::text as day, d.starts::text as starts,
      least(d.ends, ${at})::text as until
    from workspaces w
    cross join lateral (
      select ${momentOf("v")} as moment from conversions v where v.workspace_id = w.id order by ${momentOf("v")} limit 1) first
    cross join lateral (
      select wall::date as day, wall at time zone w.time_zone as starts, (wall + interval '1 day') at time zone w.time_zone as ends
      from generate_series(date_trunc('day', first.moment at time zone w.time_zone) - interval '1 day', ${at} at time zone w.time_zone,
        interval '1 day') wall) d
    left join conversion_day_rolls m on m.workspace_id = w.id and m.day = d.day
    where d.starts < ${at} and d.ends > first.moment
      and (m.day is null or m.time_zone <> w.time_zone or m.rolled_until < least(d.ends, ${at}))
    order by d.day desc, w.id limit ${limit}`);
  return [...rows];
}

const listOf = (dimensions: readonly string[]) => sql.raw(`('${dimensions.join("', '")}')`);
const rollerLock = (workspaceId: string) => sql`hashtextextended(${`rolls ${workspaceId}`}, 0)`;
const dayLock = (workspaceId: string, day: string) => sql`hashtextextended(${`${workspaceId} ${day}`}, 0)`;

/** One roller per workspace: two that wait for each other's writers would end as a deadlock. False while another one is at it. */
export async function becomeRoller(tx: Db, workspaceId: string): Promise<boolean> {
  const [row] = await tx.execute<{ isMine: boolean }>(
    sql`select pg_try_advisory_xact_lock(${rollerLock(workspaceId)}) as "isMine"`,
  );
  if (!row?.isMine) return false;
  // Groups of a busy day and sums of a busy month fit into memory then, and a month of a very busy one takes its time.
  await tx.execute(sql`select set_config('work_mem', '64MB', true), set_config('statement_timeout', '120s', true)`);
  return true;
}

/**
 * Counts one day anew, in the roller's transaction. Waits for writers of late conversions of that day and makes the next ones
 * wait. One pass over the conversions: each is spread over what it is counted by, and everything is grouped at once. "offset 0"
 * keeps the two apart: merged, each conversion was asked nine times whether it was taken back.
 */
export async function rollDay(tx: Db, { workspaceId, timeZone, day, starts, until }: DueDay): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${dayLock(workspaceId, day)})`);
  await tx.execute(
    sql`delete from conversion_days where workspace_id = ${workspaceId} and dimension in ${listOf(rolledDimensions)} and day = ${day}::date`,
  );
  // A span that is there is the sum of its days, always.
  for (const span of spans)
    await tx.execute(sql`
      delete from conversion_days where workspace_id = ${workspaceId}
        and dimension in ${listOf(spanDimensions.map((dimension) => inSpan(span, dimension)))}
        and day = date_trunc(${span}, ${day}::timestamp)::date`);
  await tx.execute(sql`
    with counted as materialized (
      select d.dimension, d.value, v.connection_id, v.status, coalesce(v.currency, '') as currency, count(*) as count,
        coalesce(sum(v.amount), 0) as amount, coalesce(sum(v.amount) filter (where v.is_taken), 0) as taken_back, max(d.label) as label
      from (
        select v.*, ${isTakenBack("v")} as is_taken from conversions v
        where v.workspace_id = ${workspaceId} and ${momentOf("v")} >= ${starts}::timestamptz and ${momentOf("v")} < ${until}::timestamptz
        offset 0) v
      cross join lateral ${valuesOf(timeZone)} d(dimension, value, label)
      group by 1, 2, 3, 4, 5
    ), ranked as (
      select dimension, value, row_number() over (partition by dimension order by sum(count) desc, value) as rank
      from counted where dimension not in ('total', 'hour') group by dimension, value
    )
    insert into conversion_days (workspace_id, day, dimension, value, connection_id, status, currency, count, amount, taken_back, label)
    select ${workspaceId}, ${day}::date, c.dimension, case when r.rank > ${valuesPerDay} then ${otherValues} else c.value end, c.connection_id,
      c.status, c.currency, sum(c.count), sum(c.amount), sum(c.taken_back), max(case when r.rank <= ${valuesPerDay} then c.label end)
    from counted c left join ranked r on r.dimension = c.dimension and r.value = c.value
    group by 3, 4, 5, 6, 7
    order by 3, 4`);
  await tx.execute(sql`
    insert into conversion_day_rolls (workspace_id, day, rolled_until, time_zone)
    values (${workspaceId}, ${day}::date, ${until}::timestamptz, ${timeZone})
    on conflict (workspace_id, day) do update set rolled_until = excluded.rolled_until, time_zone = excluded.time_zone`);
}

export interface DueSpan {
  workspaceId: string;
  timeZone: string;
  span: Span;
  /** Its first day. */
  day: string;
}

/** Months and weeks of these workspaces that are over, have rolled days and are not added up. */
export async function listDueSpans(db: Db, workspaceIds: readonly string[], now: Date): Promise<DueSpan[]> {
  const rows = await db.execute<DueSpan & Record<string, unknown>>(sql`
    select w.id as "workspaceId", w.time_zone as "timeZone", s.span, s.day::date::text as day
    from workspaces w
    cross join lateral (
      select distinct span, date_trunc(span, r.day) as day from conversion_day_rolls r cross join unnest(${`{${spans.join(",")}}`}::text[]) span
      where r.workspace_id = w.id) s
    where w.id = any(${`{${workspaceIds.join(",")}}`}::uuid[])
      and s.day < date_trunc(s.span, ${now.toISOString()}::timestamptz at time zone w.time_zone)
      and exists (select 1 from conversion_days d where d.workspace_id = w.id and d.dimension = 'total'
        and d.day >= s.day::date and d.day < (s.day + ('1 ' || s.span)::interval)::date)
      and not exists (select 1 from conversion_days d
        where d.workspace_id = w.id and d.dimension = s.span || ':hour' and d.day = s.day::date)
    order by s.day desc, w.id, s.span`);
  return [...rows];
}

/** Adds the days of a span up, in the roller's transaction. */
export async function rollSpan(tx: Db, { workspaceId, timeZone, span, day }: DueSpan): Promise<void> {
  await tx.execute(sql`
    insert into conversion_days (workspace_id, day, dimension, value, connection_id, status, currency, count, amount, taken_back, label)
    select workspace_id, ${day}::date, ${`${span}:`} || dimension,
      case when dimension = 'hour' then to_char(value::timestamptz at time zone ${timeZone}, 'HH24') else value end,
      connection_id, status, currency, sum(count), sum(amount), sum(taken_back), max(label)
    from conversion_days
    where workspace_id = ${workspaceId} and dimension in ${listOf(spanDimensions)}
      and day in (select r.day from conversion_day_rolls r where r.workspace_id = ${workspaceId} and r.time_zone = ${timeZone}
        and r.day >= ${day}::date and r.day < (${day}::date + ${`1 ${span}`}::interval)::date)
    group by 1, 3, 4, 5, 6, 7
    order by 3, 4`);
}

/**
 * Takes the marks of these moments' days back, in the writer's transaction. The day is locked before, in a statement of its own:
 * a roller that is at it has then committed its mark, and the next statement sees it. The workspace's row is held so that its
 * zone, which says what a day is, stays until the writer has committed.
 */
export async function takeMarksBack(tx: Db, workspaceId: string, moments: readonly Date[]): Promise<void> {
  const all = JSON.stringify(moments.map((moment) => moment.toISOString()));
  const rows = await tx.execute<{ day: string; timeZone: string }>(sql`
    select w.time_zone as "timeZone", (d.day - case when m.at::timestamptz < d.day::timestamp at time zone w.time_zone then 1 else 0 end)::text as day
    from workspaces w cross join jsonb_array_elements_text(${all}::jsonb) m(at)
    cross join lateral (select (m.at::timestamptz at time zone w.time_zone)::date as day) d
    where w.id = ${workspaceId} for share of w`);
  const days = [...new Set(rows.map(({ day }) => day))].sort();
  const [zone] = rows;
  if (!zone) return;
  for (const day of days) await tx.execute(sql`select pg_advisory_xact_lock_shared(${dayLock(workspaceId, day)})`);
  // A mark from before the workspace moved would be believed again if it moved back; there, a day lies elsewhere.
  await tx.execute(sql`
    update conversion_day_rolls set rolled_until = 'epoch'
    where workspace_id = ${workspaceId} and rolled_until > 'epoch' and (day = any(${`{${days.join(",")}}`}::date[])
      or time_zone <> ${zone.timeZone} and exists (
        select 1 from unnest(${`{${days.join(",")}}`}::date[]) late where abs(late - day) <= 1))`);
}

/** Every day of a workspace is counted anew. For whoever wrote many conversions past `recordConversion`, after his commit. */
export async function recountDays(db: Db, workspaceId: string): Promise<void> {
  await db.transaction(async (tx) => {
    // A roller that is at it may not have seen them; its mark is there when it lets go.
    await tx.execute(sql`select pg_advisory_xact_lock(${rollerLock(workspaceId)})`);
    await tx.execute(sql`update conversion_day_rolls set rolled_until = 'epoch' where workspace_id = ${workspaceId}`);
  });
}

/** Moments of the earning rows that this click and transaction has, up to `until`. */
export async function momentsOfSales(
  tx: Db,
  click: { connectionId: string; subid: string; tid: string },
  until: Date,
): Promise<Date[]> {
  const rows = await tx.execute<{ moment: string }>(sql`
    select ${momentOf("v")} as moment from conversions v
    where v.subid = ${click.subid} and v.subid <> '' and v.connection_id = ${click.connectionId} and v.tid = ${click.tid}
      and v.status in ${earning} and ${momentOf("v")} <= ${until.toISOString()}::timestamptz`);
  return rows.map(({ moment }) => new Date(moment));
}

/** Sales and refusals of one click are written one after another, so that whichever comes second sees the other. */
export const lockClick = (tx: Db, click: { connectionId: string; subid: string; tid: string }) =>
  tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`click ${click.connectionId} ${click.subid} ${click.tid}`}, 0))`,
  );
