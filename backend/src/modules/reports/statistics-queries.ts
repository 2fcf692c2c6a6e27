/** SQL of statistics: the pieces of a plan, counted by one thing at a time. */
import {
  type Breakdown,
  breakdowns,
  type CanonicalStatus,
  earning,
  hourOf,
  inSpan,
  isTakenBack,
  keyOf,
  labelOf,
  momentOf,
} from "@backend/modules/conversions/index.ts";
import type { Db } from "@db/client.ts";
import { type SQL, sql } from "drizzle-orm";
import { type Pieces, piecesTable } from "./statistics-plan.ts";

export const statisticsBy = ["day", "hour", "hour_of_day", "status", "connection", ...breakdowns] as const;
export type StatisticsBy = (typeof statisticsBy)[number];

export interface Scope {
  workspaceId: string;
  timeZone: string;
  /** Connections that count; null: all. */
  connectionIds: readonly string[] | null;
  status: string | null;
  currency: string | null;
}

/** Conversions of one key, status and currency. */
export interface Tally {
  key: string;
  label: string | null;
  status: CanonicalStatus;
  /** '' when none was named. */
  currency: string;
  count: number;
  /** Money earned and kept; what was taken back of it. */
  revenue: string;
  takenBack: string;
}

export interface Page {
  limit: number;
  search: string | null;
}

export interface Tallies {
  tallies: Tally[];
  /** Keys there are, those that the limit left out included. */
  keys: number;
}

/** Where a key stands: in the rolls `d`, of a dimension, and in the conversion `v` of a piece `r`. */
interface Source {
  dimension: string;
  rolled: SQL;
  live: SQL;
  /** The same in spans that are added up; null where those do not know it. */
  spanKey: SQL | null;
  rolledLabel?: SQL;
  liveLabel?: SQL;
}

function sourceOf(by: StatisticsBy, timeZone: string): Source {
  switch (by) {
    case "day":
      return { dimension: "total", rolled: sql`d.day::text`, live: sql`r.day`, spanKey: null };
    case "status":
      return { dimension: "total", rolled: sql`d.status`, live: sql`v.status`, spanKey: null };
    case "connection":
      return {
        dimension: "total",
        rolled: sql`d.connection_id::text`,
        live: sql`v.connection_id::text`,
        spanKey: null,
      };
    case "hour":
      return { dimension: "hour", rolled: sql`d.value`, live: hourOf("v", timeZone), spanKey: null };
    case "hour_of_day":
      return {
        dimension: "hour",
        rolled: sql`to_char(d.value::timestamptz at time zone ${timeZone}, 'HH24')`,
        live: sql`to_char(${momentOf("v")} at time zone ${timeZone}, 'HH24')`,
        spanKey: sql`d.value`,
      };
    default:
      return breakdownSource(by);
  }
}

const breakdownSource = (by: Breakdown): Source => ({
  dimension: by,
  rolled: sql`d.value`,
  live: keyOf(by),
  spanKey: sql`d.value`,
  rolledLabel: sql`d.label`,
  liveLabel: labelOf(by),
});

const listed = (texts: readonly string[]) => `{${texts.join(",")}}`;

/** Conditions of a scope on rolls or conversions. */
function within(alias: "d" | "v", { connectionIds, status, currency }: Scope): SQL {
  const column = (name: string) => sql.raw(`${alias}.${name}`);
  const conditions = [sql`true`];
  if (connectionIds) conditions.push(sql`${column("connection_id")} = any(${listed(connectionIds)}::uuid[])`);
  if (status !== null) conditions.push(sql`${column("status")} = ${status}`);
  if (currency !== null) conditions.push(sql`coalesce(${column("currency")}, '') = ${currency}`);
  return sql.join(conditions, sql` and `);
}

const containing = (text: string) => `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

/** Everything of these pieces by key, status and currency; the most frequent keys first. */
export async function countBy(tx: Db, scope: Scope, pieces: Pieces, by: StatisticsBy, page: Page): Promise<Tallies> {
  const { dimension, rolled, live, spanKey, rolledLabel, liveLabel } = sourceOf(by, scope.timeZone);
  const nothing = sql`null::text`;
  const ofRolls = (where: SQL, key: SQL) => sql`
    select ${key} as key, ${rolledLabel ?? nothing} as label, d.status, d.currency, d.count, d.amount, d.taken_back
    from conversion_days d where d.workspace_id = ${scope.workspaceId} and ${where} and ${within("d", scope)}`;
  const days = spanKey === null ? pieces.rolled : pieces.besides;
  const parts = [ofRolls(sql`d.dimension = ${dimension} and d.day = any(${listed(days)}::date[])`, rolled)];
  for (const { span, days } of spanKey === null ? [] : pieces.spans)
    parts.push(
      ofRolls(
        sql`d.dimension = ${inSpan(span, dimension)} and d.day = any(${listed(days)}::date[])`,
        spanKey ?? rolled,
      ),
    );
  // "offset 0" keeps each piece a range of the index: joined freely, all conversions were read once and compared with all pieces.
  if (pieces.live.length > 0)
    parts.push(sql`
    select one.* from ${piecesTable(pieces.live)} cross join lateral (
      select ${live} as key, ${liveLabel ?? nothing} as label, v.status, coalesce(v.currency, '') as currency, 1, coalesce(v.amount, 0),
        case when ${isTakenBack("v")} then coalesce(v.amount, 0) else 0 end
      from conversions v
      where v.workspace_id = ${scope.workspaceId} and ${momentOf("v")} >= r.since and ${momentOf("v")} < r.until
        and ${within("v", scope)} offset 0) one`);
  if (pieces.rolledHours) {
    const { day, until } = pieces.rolledHours;
    const before = sql`d.dimension = 'hour' and d.day = ${day}::date and d.value::timestamptz < ${until.toISOString()}::timestamptz`;
    parts.push(ofRolls(before, rolled));
  }
  const search =
    page.search === null
      ? sql``
      : sql`having bool_or(key ilike ${containing(page.search)} or label ilike ${containing(page.search)})`;
  const rows = await tx.execute<Tally & { keys: number } & Record<string, unknown>>(sql`
    with parts as (${sql.join(parts, sql` union all `)}),
    grouped as materialized (
      select key, max(label) as label, status, currency, sum(count) as count,
        coalesce(sum(amount - taken_back) filter (where status in ${earning}), 0) as revenue, sum(taken_back) as taken_back
      from parts group by key, status, currency
    ), ranked as (
      select key, max(label) as label, row_number() over (order by sum(count) desc, key) as rank, count(*) over ()::int as keys
      from grouped group by key ${search}
    )
    select g.key, r.label, g.status, g.currency, g.count::int as count, trim_scale(g.revenue)::text as revenue,
      trim_scale(g.taken_back)::text as "takenBack", r.keys
    from ranked r join grouped g on g.key = r.key where r.rank <= ${page.limit} order by r.rank, g.status, g.currency`);
  return { tallies: rows.map(({ keys: _, ...tally }) => tally), keys: rows[0]?.keys ?? 0 };
}

/** Names of connections, deleted ones too: what came through them is still counted. */
export async function readConnectionNames(tx: Db, workspaceId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.execute<{ id: string; name: string }>(
    sql`select id, name from tracker_connections where workspace_id = ${workspaceId}`,
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}
