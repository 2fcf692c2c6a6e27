/** SQL of watches and summaries: their rows, and the figures that they tell. `Own`: of the given workspace. */
import { earning, momentOf, rejecting } from "@backend/modules/conversions/index.ts";
import type { Db } from "@db/client.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { workspaces } from "@db/schema/identity.ts";
import { reportSummaries, reportWatches } from "@db/schema/reports.ts";
import { and, asc, eq, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import type { Hour } from "./domain/watch.ts";

export type WatchRow = typeof reportWatches.$inferSelect;
export type NewWatch = typeof reportWatches.$inferInsert;
export type SummaryRow = typeof reportSummaries.$inferSelect;
export type NewSummary = typeof reportSummaries.$inferInsert;

// ── Rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ownWatch = (workspaceId: string, id: string) =>
  and(eq(reportWatches.workspaceId, workspaceId), eq(reportWatches.id, id));
const ownSummary = (workspaceId: string, id: string) =>
  and(eq(reportSummaries.workspaceId, workspaceId), eq(reportSummaries.id, id));

export const listOwnWatches = (db: Db, workspaceId: string): Promise<WatchRow[]> =>
  db
    .select()
    .from(reportWatches)
    .where(eq(reportWatches.workspaceId, workspaceId))
    .orderBy(asc(reportWatches.createdAt), asc(reportWatches.id));

export async function lockOwnWatch(db: Db, workspaceId: string, id: string): Promise<WatchRow | null> {
  const [row] = await db.select().from(reportWatches).where(ownWatch(workspaceId, id)).for("update");
  return row ?? null;
}

export async function insertWatch(db: Db, values: NewWatch): Promise<WatchRow> {
  const [row] = await db.insert(reportWatches).values(values).returning();
  if (!row) throw new Error("a watch just stored is not there");
  return row;
}

export async function updateWatch(db: Db, id: string, values: Partial<NewWatch>): Promise<WatchRow> {
  const [row] = await db.update(reportWatches).set(values).where(eq(reportWatches.id, id)).returning();
  if (!row) throw new Error("a locked watch is not there");
  return row;
}

export const deleteWatchRow = (db: Db, id: string) => db.delete(reportWatches).where(eq(reportWatches.id, id));

export const listOwnSummaries = (db: Db, workspaceId: string): Promise<SummaryRow[]> =>
  db
    .select()
    .from(reportSummaries)
    .where(eq(reportSummaries.workspaceId, workspaceId))
    .orderBy(asc(reportSummaries.createdAt), asc(reportSummaries.id));

export async function lockOwnSummary(db: Db, workspaceId: string, id: string): Promise<SummaryRow | null> {
  const [row] = await db.select().from(reportSummaries).where(ownSummary(workspaceId, id)).for("update");
  return row ?? null;
}

export async function insertSummary(db: Db, values: NewSummary): Promise<SummaryRow> {
  const [row] = await db.insert(reportSummaries).values(values).returning();
  if (!row) throw new Error("a summary just stored is not there");
  return row;
}

export async function updateSummary(db: Db, id: string, values: Partial<NewSummary>): Promise<SummaryRow> {
  const [row] = await db.update(reportSummaries).set(values).where(eq(reportSummaries.id, id)).returning();
  if (!row) throw new Error("a locked summary is not there");
  return row;
}

export const deleteSummaryRow = (db: Db, id: string) => db.delete(reportSummaries).where(eq(reportSummaries.id, id));

/** Serialises what counts rows before adding one: two requests at once do not both find room. */
export const lockOwnWorkspace = (db: Db, workspaceId: string) =>
  db.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for("update");

// ── What is due ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of all workspaces: watches that are on and have somebody to tell. */
export const listWatchesAtWork = (db: Db): Promise<{ watch: WatchRow; timeZone: string }[]> =>
  db
    .select({ watch: reportWatches, timeZone: workspaces.timeZone })
    .from(reportWatches)
    .innerJoin(workspaces, eq(workspaces.id, reportWatches.workspaceId))
    .where(and(eq(reportWatches.isOn, true), isNotNull(reportWatches.chatId)))
    .orderBy(asc(reportWatches.workspaceId), asc(reportWatches.id));

export const listSummariesAtWork = (db: Db): Promise<{ summary: SummaryRow; timeZone: string }[]> =>
  db
    .select({ summary: reportSummaries, timeZone: workspaces.timeZone })
    .from(reportSummaries)
    .innerJoin(workspaces, eq(workspaces.id, reportSummaries.workspaceId))
    .where(and(eq(reportSummaries.isOn, true), isNotNull(reportSummaries.chatId)))
    .orderBy(asc(reportSummaries.workspaceId), asc(reportSummaries.id));

// ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function isOwnConnection(db: Db, workspaceId: string, id: string): Promise<boolean> {
  const found = await db.$count(
    trackerConnections,
    and(
      eq(trackerConnections.workspaceId, workspaceId),
      eq(trackerConnections.id, id),
      isNull(trackerConnections.deletedAt),
    ),
  );
  return found > 0;
}

/** Deleted ones too: what was watched of them is still shown. */
export async function namesOfOwnConnections(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: trackerConnections.id, name: trackerConnections.name })
    .from(trackerConnections)
    .where(and(eq(trackerConnections.workspaceId, workspaceId), inArray(trackerConnections.id, [...ids])));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

// ── Figures ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Counted {
  /** Null: every status. */
  status: string | null;
  /** Null: every connection. */
  connectionId: string | null;
}

/** When a conversion happened: by the tracker's clock where it was found in its log, else when its call came. */
const moment = momentOf("v");
const at = (date: Date) => sql`${date.toISOString()}::timestamptz`;

const counted = (workspaceId: string, { status, connectionId }: Counted): SQL => sql`v.workspace_id = ${workspaceId}
    ${status === null ? sql`` : sql`and v.status = ${status}`} ${connectionId === null ? sql`` : sql`and v.connection_id = ${connectionId}`}`;

/** Conversions in each of some hours, in their order; each is a walk over the index of moments. */
export async function countInHours(
  db: Db,
  workspaceId: string,
  what: Counted,
  hours: readonly Hour[],
): Promise<number[]> {
  if (hours.length === 0) return [];
  const list = JSON.stringify(hours.map(({ from, to }, n) => ({ n, from, to })));
  const rows = await db.execute<{ n: number; count: number }>(sql`
    select h.n, c.count from jsonb_to_recordset(${list}::jsonb) as h(n int, "from" timestamptz, "to" timestamptz)
    cross join lateral (
      select count(*)::int as count from conversions v
      where ${counted(workspaceId, what)} and ${moment} >= h."from" and ${moment} < h."to") c
    order by h.n`);
  return rows.map(({ count }) => count);
}

/**
 * When the traffic began that is counted: the workspace's first conversion, or the first that was stored of the connection (its
 * oldest would take a walk over everybody's; what is found in a log afterwards makes it wait a few days longer). Null: it has not.
 */
export async function findTrafficStart(db: Db, workspaceId: string, connectionId: string | null): Promise<Date | null> {
  const [row] = await db.execute<{ start: string | null }>(
    connectionId === null
      ? sql`select min(${moment}) as start from conversions v where v.workspace_id = ${workspaceId}`
      : sql`select ${moment} as start from conversions v where v.workspace_id = ${workspaceId} and v.connection_id = ${connectionId}
          order by v.id limit 1`,
  );
  return row?.start ? new Date(row.start) : null;
}

/** Two spans that touch: [previousFrom, from) and [from, to). */
export interface Spans {
  previousFrom: Date;
  from: Date;
  to: Date;
}

const inSpans = ({ previousFrom, to }: Spans) => sql`${moment} >= ${at(previousFrom)} and ${moment} < ${at(to)}`;

export async function countByStatus(
  db: Db,
  workspaceId: string,
  connectionId: string | null,
  spans: Spans,
): Promise<{ status: string; now: number; before: number }[]> {
  const rows = await db.execute<{ status: string; now: number; before: number }>(sql`
    select v.status, count(*) filter (where ${moment} >= ${at(spans.from)})::int as now,
      count(*) filter (where ${moment} < ${at(spans.from)})::int as before
    from conversions v where ${counted(workspaceId, { status: null, connectionId })} and ${inSpans(spans)}
    group by v.status order by 2 desc, 1`);
  return [...rows];
}

/** Earned amounts by currency, without what was taken back later by a rejection of the same transaction. */
export async function sumEarned(
  db: Db,
  workspaceId: string,
  connectionId: string | null,
  spans: Spans,
): Promise<{ currency: string | null; now: string; before: string }[]> {
  const rows = await db.execute<{ currency: string | null; now: string; before: string }>(sql`
    with taken_back as materialized (
      select v.connection_id, v.subid, v.tid, max(${moment}) as moment from conversions v
      where ${counted(workspaceId, { status: null, connectionId })} and ${moment} >= ${at(spans.previousFrom)}
        and v.status in ${rejecting} and v.subid <> '' group by 1, 2, 3
    )
    select v.currency, trim_scale(coalesce(sum(v.amount) filter (where ${moment} >= ${at(spans.from)}), 0))::text as now,
      trim_scale(coalesce(sum(v.amount) filter (where ${moment} < ${at(spans.from)}), 0))::text as before
    from conversions v
    left join taken_back r on r.connection_id = v.connection_id and r.subid = v.subid and r.tid = v.tid and r.moment >= ${moment}
    where ${counted(workspaceId, { status: null, connectionId })} and ${inSpans(spans)}
      and v.status in ${earning} and v.amount is not null and r.moment is null
    group by v.currency order by sum(v.amount) filter (where ${moment} >= ${at(spans.from)}) desc nulls last, v.currency limit 10`);
  return [...rows];
}

/** The campaigns or countries with most conversions of [from, to). */
export async function listTop(
  db: Db,
  workspaceId: string,
  connectionId: string | null,
  span: Pick<Spans, "from" | "to">,
  by: "campaign" | "country",
  limit: number,
): Promise<{ value: string | null; count: number }[]> {
  const value = sql.raw(by === "campaign" ? "coalesce(v.campaign_name, v.campaign_id)" : "v.country");
  const rows = await db.execute<{ value: string | null; count: number }>(sql`
    select ${value} as value, count(*)::int as count from conversions v
    where ${counted(workspaceId, { status: null, connectionId })} and ${moment} >= ${at(span.from)} and ${moment} < ${at(span.to)}
    group by 1 order by 2 desc, 1 limit ${limit}`);
  return [...rows];
}
