/** SQL of trackers' logs. `Own` in a name: of the given workspace or connection; a stranger's is not found. */
import { decodeMomentCursor } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { type LogArrival, trackerLogRows, trackerPullRuns, trackerPulls } from "@db/schema/tracker-logs.ts";
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, sql } from "drizzle-orm";
import type { Habit, KnownConversion, TrackerProblem } from "./domain/tracker-log.ts";
import { type ConnectionRow, type Scope, visibleConnections } from "./queries.ts";

export type PullRow = typeof trackerPulls.$inferSelect;
export type NewPull = typeof trackerPulls.$inferInsert;
export type PullRunRow = typeof trackerPullRuns.$inferSelect;
export type LogRow = typeof trackerLogRows.$inferSelect;

const at = (moment: Date) => sql`${moment.toISOString()}::timestamptz`;
/** One parameter however many there are: thousands of parameters are planned for seconds. */
const texts = (values: readonly string[]) => sql`(select jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`;

// ── How a tracker is asked ──────────────────────────────────────────────────────────────────────────────────────────

export async function findPull(db: Db, connectionId: string): Promise<PullRow | null> {
  const [row] = await db.select().from(trackerPulls).where(eq(trackerPulls.connectionId, connectionId));
  return row ?? null;
}

export async function lockPull(db: Db, connectionId: string): Promise<PullRow | null> {
  const [row] = await db.select().from(trackerPulls).where(eq(trackerPulls.connectionId, connectionId)).for("update");
  return row ?? null;
}

/** A pull with its connection, unless that was deleted. */
export async function findPullWithConnection(
  db: Db,
  connectionId: string,
): Promise<{ pull: PullRow; connection: ConnectionRow } | null> {
  const [row] = await db
    .select({ pull: trackerPulls, connection: trackerConnections })
    .from(trackerPulls)
    .innerJoin(trackerConnections, eq(trackerConnections.id, trackerPulls.connectionId))
    .where(and(eq(trackerPulls.connectionId, connectionId), isNull(trackerConnections.deletedAt)));
  return row ?? null;
}

export interface TrackerRow {
  pull: PullRow;
  connection: ConnectionRow;
}

const visibleTrackers = (db: Db, actor: Scope, connectionId?: string) =>
  db
    .select({ pull: trackerPulls, connection: trackerConnections })
    .from(trackerPulls)
    .innerJoin(trackerConnections, eq(trackerConnections.id, trackerPulls.connectionId))
    .where(
      and(
        eq(trackerConnections.workspaceId, actor.workspaceId),
        isNull(trackerConnections.deletedAt),
        visibleConnections(actor) ?? undefined,
        connectionId === undefined ? undefined : eq(trackerPulls.connectionId, connectionId),
      ),
    )
    .orderBy(sql`lower(${trackerConnections.name})`, trackerConnections.id);

/** Connections with a key that the actor is shown. */
export const listVisibleTrackers = (db: Db, actor: Scope): Promise<TrackerRow[]> => visibleTrackers(db, actor);

export async function findVisibleTracker(db: Db, actor: Scope, connectionId: string): Promise<TrackerRow | null> {
  const [row] = await visibleTrackers(db, actor, connectionId);
  return row ?? null;
}

/** Of every workspace: connections that have a key and are not deleted. */
export const listAllPulls = (db: Db): Promise<Pick<PullRow, "connectionId" | "workspaceId" | "apiUrl">[]> =>
  db
    .select({
      connectionId: trackerPulls.connectionId,
      workspaceId: trackerPulls.workspaceId,
      apiUrl: trackerPulls.apiUrl,
    })
    .from(trackerPulls)
    .innerJoin(trackerConnections, eq(trackerConnections.id, trackerPulls.connectionId))
    .where(isNull(trackerConnections.deletedAt));

export async function savePull(db: Db, values: NewPull): Promise<PullRow> {
  const { connectionId: _, workspaceId: __, ...changes } = values;
  const [row] = await db
    .insert(trackerPulls)
    .values(values)
    .onConflictDoUpdate({ target: trackerPulls.connectionId, set: { ...changes, updatedAt: sql`now()` } })
    .returning();
  if (!row) throw new Error("a pull just stored is not there");
  return row;
}

export async function deletePull(db: Db, connectionId: string): Promise<void> {
  await db.delete(trackerPulls).where(eq(trackerPulls.connectionId, connectionId));
}

export async function updatePull(db: Db, connectionId: string, values: Partial<NewPull>): Promise<void> {
  await db
    .update(trackerPulls)
    .set({ ...values, updatedAt: sql`now()` })
    .where(eq(trackerPulls.connectionId, connectionId));
}

/**
 * Takes what is due, each for one process: the next run is put off far enough for this one to end, so that a process that dies
 * leaves its trackers to be asked a little later. Paused and deleted connections wait.
 */
export async function takeDuePulls(
  db: Db,
  now: Date,
  lease: Date,
  limit: number,
): Promise<{ connectionId: string; workspaceId: string; failures: number }[]> {
  const rows = await db.execute<{ connectionId: string; workspaceId: string; failures: number }>(sql`
    with due as (
      select p.connection_id from tracker_pulls p join tracker_connections c on c.id = p.connection_id
      where p.is_on and p.next_run_at <= ${at(now)} and c.state = 'active' and c.deleted_at is null
      order by p.next_run_at limit ${limit} for update of p skip locked
    )
    update tracker_pulls p set next_run_at = ${at(lease)} from due where due.connection_id = p.connection_id
    returning p.connection_id as "connectionId", p.workspace_id as "workspaceId", p.failures`);
  return [...rows];
}

/** Sealed keys of all workspaces after `afterId`, for the command that seals them anew. */
export function listSealedKeys(
  db: Db,
  afterId: string | null,
  limit: number,
): Promise<{ id: string; sealed: string }[]> {
  return db
    .select({ id: trackerPulls.connectionId, sealed: trackerPulls.apiKeySealed })
    .from(trackerPulls)
    .where(afterId === null ? undefined : gt(trackerPulls.connectionId, afterId))
    .orderBy(asc(trackerPulls.connectionId))
    .limit(limit);
}

/** Replaces a sealed key, unless it was changed meanwhile. */
export async function replaceSealedKey(db: Db, connectionId: string, from: string, to: string): Promise<boolean> {
  const rows = await db
    .update(trackerPulls)
    .set({ apiKeySealed: to })
    .where(and(eq(trackerPulls.connectionId, connectionId), eq(trackerPulls.apiKeySealed, from)))
    .returning({ id: trackerPulls.connectionId });
  return rows.length > 0;
}

// ── Runs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function beginRun(db: Db, values: typeof trackerPullRuns.$inferInsert): Promise<string> {
  const [row] = await db.insert(trackerPullRuns).values(values).returning({ id: trackerPullRuns.id });
  if (!row) throw new Error("a run just stored is not there");
  return row.id;
}

export async function endRun(
  db: Db,
  id: string,
  values: { rows?: number; missing?: number; windowTo?: Date; problem: TrackerProblem | null; finishedAt: Date },
): Promise<void> {
  await db.update(trackerPullRuns).set(values).where(eq(trackerPullRuns.id, id));
}

/** Whether a run since a moment went well and looked back at least so far from its beginning. */
export async function hasLookedFar(db: Db, connectionId: string, since: Date, farMs: number): Promise<boolean> {
  const [row] = await db.execute<{ yes: boolean }>(sql`
    select exists (
      select 1 from tracker_pull_runs where connection_id = ${connectionId} and started_at > ${at(since)}
        and problem is null and finished_at is not null and started_at - window_from >= ${farMs} * interval '1 millisecond'
    ) as yes`);
  return row?.yes ?? false;
}

/** Newest first, one row more than the limit. */
export async function listRuns(
  db: Db,
  connectionId: string,
  page: { cursor?: string; limit: number },
): Promise<PullRunRow[]> {
  const after = decodeMomentCursor(page.cursor, isUuid);
  // Both moments are ours and in whole milliseconds, as cursors are.
  const { startedAt } = trackerPullRuns;
  return db
    .select()
    .from(trackerPullRuns)
    .where(
      and(
        eq(trackerPullRuns.connectionId, connectionId),
        after ? sql`(${startedAt}, ${trackerPullRuns.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)` : undefined,
      ),
    )
    .orderBy(desc(startedAt), desc(trackerPullRuns.id))
    .limit(page.limit + 1);
}

// ── Rows of the log ─────────────────────────────────────────────────────────────────────────────────────────────────

/** How rows of these names stand with us. */
export async function findLogRows(db: Db, connectionId: string, keys: readonly string[]): Promise<LogRow[]> {
  if (keys.length === 0) return [];
  return db
    .select()
    .from(trackerLogRows)
    .where(and(eq(trackerLogRows.connectionId, connectionId), sql`${trackerLogRows.rowKey} in ${texts(keys)}`));
}

/** Conversions of these clicks, and of these transactions where a row names no click. */
export async function findKnown(
  db: Db,
  connectionId: string,
  ids: { subids: readonly string[]; tids: readonly string[] },
): Promise<KnownConversion[]> {
  const rows = await db.execute<Omit<KnownConversion, "id"> & { id: string }>(sql`
    select c.id::text as id, c.subid, c.tid, c.status, c.raw_status as "rawStatus", c.is_recovered as "isRecovered"
    from jsonb_array_elements_text(${JSON.stringify(ids.subids)}::jsonb) asked(id)
    join conversions c on c.subid = asked.id and c.subid <> '' and c.connection_id = ${connectionId}
    union all
    select c.id::text, c.subid, c.tid, c.status, c.raw_status, c.is_recovered
    from jsonb_array_elements_text(${JSON.stringify(ids.tids)}::jsonb) asked(id)
    join conversions c on c.tid = asked.id and c.tid <> '' and c.connection_id = ${connectionId}`);
  return [...rows].map((row) => ({ ...row, id: BigInt(row.id) }));
}

/** Campaigns of the connection's newest postbacks. Not of all: there is no index by campaign, and a campaign that still runs is among them. */
export async function campaignsSeen(db: Db, connectionId: string, newest: number): Promise<Set<string>> {
  const rows = await db.execute<{ id: string }>(sql`
    select distinct campaign_id as id from (
      select campaign_id, is_recovered from conversions where connection_id = ${connectionId} order by id desc limit ${newest}
    ) few where campaign_id is not null and not is_recovered`);
  return new Set([...rows].map(({ id }) => id));
}

export interface JudgedRow {
  rowKey: string;
  happenedAt: Date;
  arrival: LogArrival;
  conversionId: bigint | null;
}

/** Writes how rows stand. What is settled stays settled: a reader may have been faster. */
export async function saveLogRows(
  db: Db,
  owner: { connectionId: string; workspaceId: string },
  rows: readonly JudgedRow[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const given = rows.map((row) => ({
    k: row.rowKey,
    h: row.happenedAt.toISOString(),
    a: row.arrival,
    c: row.conversionId === null ? null : String(row.conversionId),
  }));
  await db.execute(sql`
    insert into tracker_log_rows as r (connection_id, row_key, workspace_id, happened_at, arrival, conversion_id, seen_at)
    select ${owner.connectionId}::uuid, k, ${owner.workspaceId}::uuid, h, a, c, ${at(now)}
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g(k text, h timestamptz, a text, c bigint)
    on conflict (connection_id, row_key) do update
      set arrival = excluded.arrival, conversion_id = excluded.conversion_id, seen_at = excluded.seen_at
      where r.arrival not in ('delivered', 'recovered')`);
}

export async function settleLogRow(
  db: Db,
  connectionId: string,
  rowKey: string,
  to: { arrival: LogArrival; conversionId: bigint },
): Promise<void> {
  await db
    .update(trackerLogRows)
    .set(to)
    .where(and(eq(trackerLogRows.connectionId, connectionId), eq(trackerLogRows.rowKey, rowKey)));
}

/**
 * How the newest postbacks spoke of rows with this status; null while none has arrived. Whether their address has a place for
 * the transaction is read from the calls themselves: that none of them named one proves nothing.
 */
export async function findHabit(db: Db, connectionId: string, status: string, since: Date): Promise<Habit | null> {
  const rows = await db.execute<{ rawStatus: string | null; namesTid: boolean }>(sql`
    select c.raw_status as "rawStatus",
      coalesce(c.tid <> '' or e.body is not null or e.query ~* '(^|[?&])(tid|transaction_id|txid)=', true) as "namesTid"
    from tracker_log_rows r join conversions c on c.id = r.conversion_id
      -- A conversion has the moment of its call in whole milliseconds; with it only one partition is looked into.
      left join inbound_events e on e.id = c.event_id
        and e.received_at >= c.received_at and e.received_at < c.received_at + interval '1 millisecond'
    where r.connection_id = ${connectionId} and r.happened_at > ${at(since)} and r.arrival = 'delivered'
      and substring(r.row_key from position(':' in r.row_key) + 1) = ${status} and not c.is_recovered
    order by r.happened_at desc limit 5`);
  const [newest] = rows;
  return newest ? { rawStatus: newest.rawStatus, namesTid: [...rows].some(({ namesTid }) => namesTid) } : null;
}

/** When the tracker logged these conversions, by the first row that spoke of each. */
export async function findLogged(
  db: Db,
  workspaceId: string,
  conversionIds: readonly bigint[],
): Promise<Map<string, LogRow>> {
  if (conversionIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(trackerLogRows)
    .where(
      and(
        isNotNull(trackerLogRows.conversionId),
        inArray(trackerLogRows.conversionId, [...conversionIds]),
        eq(trackerLogRows.workspaceId, workspaceId),
      ),
    )
    .orderBy(desc(trackerLogRows.happenedAt));
  return new Map(rows.map((row) => [String(row.conversionId), row]));
}

export interface DayCounts {
  day: string;
  delivered: number;
  recovered: number;
  waiting: number;
  elsewhere: number;
}

/** Rows per day of a zone; PostgreSQL knows which days have 23 or 25 hours. Days without rows are absent. */
export async function countDays(
  db: Db,
  connectionId: string,
  range: { from: string; to: string; timeZone: string },
): Promise<DayCounts[]> {
  const { from, to, timeZone } = range;
  const rows = await db.execute<DayCounts & Record<string, unknown>>(sql`
    select to_char(happened_at at time zone ${timeZone}, 'YYYY-MM-DD') as day,
      (count(*) filter (where arrival = 'delivered'))::int as delivered,
      (count(*) filter (where arrival = 'recovered'))::int as recovered,
      (count(*) filter (where arrival = 'waiting'))::int as waiting,
      (count(*) filter (where arrival = 'elsewhere'))::int as elsewhere
    from tracker_log_rows
    where connection_id = ${connectionId}
      and happened_at >= ${from}::date::timestamp at time zone ${timeZone}
      and happened_at < (${to}::date + 1)::timestamp at time zone ${timeZone}
    group by 1`);
  return [...rows];
}

const isRowKey = (text: string) => text.length >= 1 && text.length <= 300;

/** What no postback told: on its way, or recovered. Newest first, one row more than the limit. */
export async function listMissed(
  db: Db,
  connectionId: string,
  page: { cursor?: string; limit: number },
): Promise<LogRow[]> {
  const after = decodeMomentCursor(page.cursor, isRowKey);
  const { happenedAt } = trackerLogRows;
  return db
    .select()
    .from(trackerLogRows)
    .where(
      and(
        eq(trackerLogRows.connectionId, connectionId),
        inArray(trackerLogRows.arrival, ["waiting", "recovered"]),
        after
          ? sql`(${happenedAt}, ${trackerLogRows.rowKey}) < (${after[0]}::timestamptz, ${after[1].replaceAll("\0", "")})`
          : undefined,
      ),
    )
    .orderBy(desc(happenedAt), desc(trackerLogRows.rowKey))
    .limit(page.limit + 1);
}

/** From the tracker to us, in milliseconds, of the newest postbacks that the log knows. */
export async function delaysToUs(db: Db, connectionId: string, since: Date, limit: number): Promise<number[]> {
  const rows = await db.execute<{ ms: number }>(sql`
    select (extract(epoch from c.received_at - r.happened_at) * 1000)::float8 as ms
    from tracker_log_rows r join conversions c on c.id = r.conversion_id
    where r.connection_id = ${connectionId} and r.arrival = 'delivered' and r.happened_at >= ${at(since)}
    order by r.happened_at desc limit ${limit}`);
  return [...rows].map(({ ms }) => ms);
}

/** The newest conversions of a connection and when each came. */
export async function newestConversions(
  db: Db,
  connectionId: string,
  since: Date,
  limit: number,
): Promise<{ id: string; receivedAt: Date }[]> {
  const rows = await db.execute<{ id: string; receivedAt: string }>(sql`
    select id::text as id, received_at as "receivedAt" from (
      select id, received_at from conversions where connection_id = ${connectionId} order by id desc limit ${limit}
    ) few where received_at >= ${at(since)}`);
  return [...rows].map((row) => ({ id: row.id, receivedAt: new Date(row.receivedAt) }));
}

// ── Retention ───────────────────────────────────────────────────────────────────────────────────────────────────────

const sliceSize = 1_000;

/** A thousand of the rows that are older than calls are kept, of one connection: its index by time leads to them. */
export async function deleteOldLogRows(db: Db, connectionId: string, before: Date): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with slice as (
      select connection_id, row_key from tracker_log_rows
      where connection_id = ${connectionId} and happened_at < ${at(before)} order by happened_at limit ${sliceSize}
    ), gone as (
      delete from tracker_log_rows r using slice s where r.connection_id = s.connection_id and r.row_key = s.row_key returning 1
    ) select count(*)::int as count from gone`);
  return row?.count ?? 0;
}

export async function deleteOldRuns(db: Db, connectionId: string, before: Date): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with slice as (
      select id from tracker_pull_runs where connection_id = ${connectionId} and started_at < ${at(before)}
      order by started_at limit ${sliceSize}
    ), gone as (delete from tracker_pull_runs r using slice s where r.id = s.id returning 1)
    select count(*)::int as count from gone`);
  return row?.count ?? 0;
}

/** Every connection that has a log with us, disconnected and deleted ones too. */
export async function connectionsWithLogs(db: Db): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    select id from tracker_connections c
    where exists (select 1 from tracker_log_rows r where r.connection_id = c.id)
      or exists (select 1 from tracker_pull_runs u where u.connection_id = c.id)`);
  return [...rows].map(({ id }) => id);
}
