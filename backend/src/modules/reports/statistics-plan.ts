/**
 * Where each part of a period is counted from: days that are rolled from their rolls, everything else from the conversions
 * themselves. Read in one snapshot with the counting, or a roll in between would count an hour twice or not at all.
 */
import { inSpan, momentOf, type Span } from "@backend/modules/conversions/index.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { endOf, lengthOf, type Period, previousOf, startOf } from "./domain/periods.ts";

const hourMs = 3_600_000;
/** Conversions counted one by one for one answer. Days above it are told from their last roll, or left out until they have one. */
const liveRowsAtMost = 60_000;
/** Days that ended so long ago were rolled whole when they were rolled last. */
const settledMs = 2 * hourMs;
const chunkDays = 16;

export interface Piece {
  day: string;
  since: Date;
  until: Date;
}

export interface Pieces {
  /** Days whose rolls count. */
  rolled: string[];
  /** Months and weeks, by their first days, that lie whole in those days and are added up: to be read in place of theirs. */
  spans: { span: Span; days: string[] }[];
  /** Rolled days that lie in none of them. */
  besides: string[];
  /** A day of which only the hours before a moment count. */
  rolledHours: { day: string; until: Date } | null;
  /** What is counted from conversions. */
  live: Piece[];
}

export interface Plan {
  timeZone: string;
  today: string;
  current: Pieces;
  previous: Pieces;
  previousPeriod: Period;
  /** Where the previous period ends when the current one is not over: at the same time of day. */
  previousUntil: Date | null;
  /** First moments of all days of both periods, and the moments after their last ones. */
  starts: ReadonlyMap<string, Date>;
  ends: ReadonlyMap<string, Date>;
  /** Days that have conversions but are not counted yet, and left out. */
  pendingDays: number;
  /** Days told from a roll that something was written to since. */
  recountingDays: number;
}

interface DayState extends Piece {
  isCurrent: boolean;
  /** Null: there is no roll of it, or one of another zone. */
  rolledUntil: Date | null;
  /** The roll that there is has been written to since. */
  isStale: boolean;
  knownRows: number;
}

interface Marked {
  timeZone: string;
  today: string;
  cut: string;
  first: string | null;
  day: string;
  starts: string;
  ends: string;
  rolledUntil: string | null;
  knownRows: number | null;
}

const readMarks = async (tx: Db, workspaceId: string, period: Period, now: Date): Promise<Marked[]> => {
  const at = sql`${now.toISOString()}::timestamptz`;
  const rows = await tx.execute<Marked & Record<string, unknown>>(sql`
    select w.time_zone as "timeZone", to_char(${at} at time zone w.time_zone, 'YYYY-MM-DD') as today,
      ((${at} at time zone w.time_zone) - make_interval(days => ${lengthOf(period)}::int)) at time zone w.time_zone as cut,
      (select ${momentOf("v")} from conversions v where v.workspace_id = w.id order by ${momentOf("v")} limit 1) as first,
      to_char(wall, 'YYYY-MM-DD') as day, wall at time zone w.time_zone as starts, (wall + interval '1 day') at time zone w.time_zone as ends,
      m.rolled_until as "rolledUntil",
      case when m.rolled_until = 'epoch' then (select sum(t.count)::int from conversion_days t
        where t.workspace_id = w.id and t.dimension = 'total' and t.day = m.day) end as "knownRows"
    from workspaces w
    cross join generate_series(${previousOf(period).from}::timestamp, ${period.to}::timestamp, interval '1 day') wall
    left join conversion_day_rolls m on m.workspace_id = w.id and m.day = wall::date and m.time_zone = w.time_zone
    where w.id = ${workspaceId} order by wall`);
  return [...rows];
};

export async function planStatistics(
  tx: Db,
  workspaceId: string,
  period: Period,
  now: Date,
  liveRows = liveRowsAtMost,
): Promise<Plan> {
  const marks = await readMarks(tx, workspaceId, period, now);
  const [any] = marks;
  if (!any) throw new Error("the workspace of the caller is not there");
  const isOver = any.today > period.to;
  const cut = isOver ? null : new Date(any.cut);
  const days = marks.map((mark) => dayState(mark, mark.day >= period.from, cut));
  const first = any.first === null ? null : new Date(any.first);
  const plan: Plan = {
    timeZone: any.timeZone,
    today: any.today,
    current: { rolled: [], spans: [], besides: [], rolledHours: null, live: [] },
    previous: { rolled: [], spans: [], besides: [], rolledHours: null, live: [] },
    previousPeriod: previousOf(period),
    previousUntil: cut,
    starts: new Map(marks.map((mark) => [mark.day, new Date(mark.starts)])),
    ends: new Map(marks.map((mark) => [mark.day, new Date(mark.ends)])),
    pendingDays: 0,
    recountingDays: 0,
  };
  // Before the first conversion there is nothing to count, whatever an earlier zone's rolls say.
  const filled = days.filter((day) => day.since < day.until && first !== null && day.until > first).reverse();
  const open = filled.filter((day) => !planRolled(plan[day.isCurrent ? "current" : "previous"], day));
  let budget = liveRows;
  for (let start = 0; start < open.length; start += chunkDays) {
    const chunk = open.slice(start, start + chunkDays);
    const rows = await countRows(tx, workspaceId, budget > 0 ? chunk.filter(({ isStale }) => !isStale) : [], budget);
    for (const day of chunk) {
      const pieces = plan[day.isCurrent ? "current" : "previous"];
      const cost = day.isStale ? day.knownRows : (rows.get(day.day) ?? Number.POSITIVE_INFINITY);
      if (cost <= budget) {
        budget -= cost;
        pieces.live.push(day);
      } else if (day.isStale && now.getTime() - day.until.getTime() > settledMs) {
        plan.recountingDays++;
        pieces.rolled.push(day.day);
      } else {
        budget = 0;
        plan.pendingDays++;
      }
    }
  }
  await planSpans(tx, workspaceId, period, filled, plan.current);
  plan.previous.besides = plan.previous.rolled;
  return plan;
}

/** Finds months, then weeks of what they leave, of which every day that has conversions counts from its roll and nothing else. */
async function planSpans(
  tx: Db,
  workspaceId: string,
  period: Period,
  filled: readonly DayState[],
  pieces: Pieces,
): Promise<void> {
  const left = new Set(pieces.rolled);
  const shared = new Set(pieces.live.map(({ day }) => day));
  for (const span of ["month", "week"] as const) {
    const whole = new Set([...left].map((day) => startOf(span, day)));
    for (const { day, isCurrent } of filled)
      if (isCurrent && (!left.has(day) || shared.has(day))) whole.delete(startOf(span, day));
    const inside = [...whole].filter((day) => day >= period.from && endOf(span, day) <= period.to);
    if (inside.length === 0) continue;
    const rows = await tx.execute<{ day: string }>(sql`
      select s.day::text as day from unnest(${`{${inside.join(",")}}`}::date[]) s(day)
      where exists (select 1 from conversion_days d
        where d.workspace_id = ${workspaceId} and d.dimension = ${inSpan(span, "hour")} and d.day = s.day)`);
    const days = rows.map(({ day }) => day);
    pieces.spans.push({ span, days });
    for (const day of [...left]) if (days.includes(startOf(span, day))) left.delete(day);
  }
  pieces.besides = [...left];
}

function dayState(mark: Marked, isCurrent: boolean, cut: Date | null): DayState {
  const ends = new Date(mark.ends);
  const rolledUntil = mark.rolledUntil === null ? null : new Date(mark.rolledUntil);
  return {
    day: mark.day,
    since: new Date(mark.starts),
    until: !isCurrent && cut !== null && cut < ends ? cut : ends,
    isCurrent,
    rolledUntil,
    isStale: rolledUntil?.getTime() === 0,
    knownRows: mark.knownRows ?? 0,
  };
}

/** Plans a day from its roll, with the rest of it live. False when it has none that can be believed. */
function planRolled(pieces: Pieces, day: DayState): boolean {
  const { since, until, rolledUntil } = day;
  if (rolledUntil === null || rolledUntil <= since) return false;
  if (rolledUntil <= until) {
    pieces.rolled.push(day.day);
    if (rolledUntil < until) pieces.live.push({ ...day, since: rolledUntil });
    return true;
  }
  // The roll knows more than is asked for: its whole hours count, and the begun one is counted live.
  const hours = Math.floor((until.getTime() - since.getTime()) / hourMs);
  const hour = new Date(since.getTime() + hours * hourMs);
  pieces.rolledHours = { day: day.day, until: hour };
  if (hour < until) pieces.live.push({ ...day, since: hour });
  return true;
}

/** How many conversions these days have, each up to one more than `limit`. */
async function countRows(
  tx: Db,
  workspaceId: string,
  days: readonly Piece[],
  limit: number,
): Promise<ReadonlyMap<string, number>> {
  if (days.length === 0) return new Map();
  const rows = await tx.execute<{ day: string; count: number }>(sql`
    select r.day, few.count from ${piecesTable(days)}
    cross join lateral (
      select count(*)::int as count from (select 1 from conversions v where v.workspace_id = ${workspaceId}
        and ${momentOf("v")} >= r.since and ${momentOf("v")} < r.until limit ${limit + 1}) few) few`);
  return new Map(rows.map(({ day, count }) => [day, count]));
}

/** Pieces as rows of `r`. */
export const piecesTable = (pieces: readonly Piece[]) =>
  sql`jsonb_to_recordset(${JSON.stringify(pieces.map(({ day, since, until }) => ({ day, since, until })))}::jsonb) as r(day text, since timestamptz, until timestamptz)`;
