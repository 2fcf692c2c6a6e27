/** SQL of the inbox inspector. `Own` = of the given workspace; a stranger's call is not found. */
import type { Db } from "@db/client.ts";
import type { InboundStatus } from "@db/schema/inbox.ts";
import { type SQL, sql } from "drizzle-orm";
import type { InboxFilter } from "./contracts.ts";
import { bytePatterns, textPatterns } from "./domain/search.ts";

export interface StoredEvent {
  id: string;
  receivedAt: Date;
  source: string;
  sourceId: string | null;
  externalId: string | null;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  bodyBytes: number;
  senderAddress: string | null;
  requestId: string | null;
  status: InboundStatus;
  attempts: number;
  outcome: Record<string, unknown> | null;
  error: string | null;
  processedAt: Date | null;
  replayOf: string | null;
  isTest: boolean;
}
export type StoredCall = StoredEvent & { body: Uint8Array | null };

type Row = Omit<StoredEvent, "receivedAt" | "processedAt"> & { receivedAt: string; processedAt: string | null };

const columns = sql.raw(`e.id::text as id, e.received_at as "receivedAt", e.source, e.source_id as "sourceId",
  e.external_id as "externalId", e.method, e.path, e.query, e.headers, e.body_bytes as "bodyBytes", e.sender_address as "senderAddress",
  e.request_id as "requestId", e.status, e.attempts, e.outcome, e.error, e.processed_at as "processedAt",
  e.replay_of::text as "replayOf", e.is_test as "isTest"`);

const fromRow = <R extends Row>(row: R) => ({
  ...row,
  receivedAt: new Date(row.receivedAt),
  processedAt: row.processedAt === null ? null : new Date(row.processedAt),
});

/** A filter, and what the reader may not see. */
export type OwnFilter = InboxFilter & {
  hiddenSources?: readonly string[];
  /** Connections that the reader is not shown. */
  hiddenIds?: readonly string[];
};

/** What an index can find: the walk starts from these. */
function walked(workspaceId: string, filter: OwnFilter, range: SQL): SQL {
  const conditions = [sql`e.workspace_id = ${workspaceId}`, range];
  if (filter.status) conditions.push(sql`e.status = ${filter.status}`);
  if (filter.connectionId) conditions.push(sql`e.source_id = ${filter.connectionId}`);
  return sql.join(conditions, sql` and `);
}

const like = (text: SQL, patterns: readonly string[]) =>
  sql`${text} like any (array[${sql.join(
    patterns.map((pattern) => sql`${pattern}`),
    sql`, `,
  )}]::text[])`;

/** What only looking at each call can find. */
function looked(filter: OwnFilter): SQL | null {
  const conditions: SQL[] = [];
  if (filter.source) conditions.push(sql`e.source = ${filter.source}`);
  for (const source of filter.hiddenSources ?? []) conditions.push(sql`e.source <> ${source}`);
  if (filter.hiddenIds && filter.hiddenIds.length > 0)
    conditions.push(sql`(e.source_id is null or e.source_id <> all (${sql.param(filter.hiddenIds)}::uuid[]))`);
  const term = filter.q?.trim().replaceAll("\0", "").toWellFormed();
  if (term) {
    const text = sql`lower((concat_ws(' ', e.id::text, e.path || '?' || e.query, e.sender_address, e.external_id, e.outcome::text)) collate "C")`;
    conditions.push(
      sql`(${like(text, textPatterns(term))} or ${like(sql`lower(encode(e.body, 'escape') collate "C")`, bytePatterns(term))})`,
    );
  }
  return conditions.length === 0 ? null : sql.join(conditions, sql` and `);
}

/** Whether a filter can be answered by an index alone. */
export const isWalkOnly = (filter: OwnFilter): boolean => looked(filter) === null;

interface Slice {
  events: StoredEvent[];
  /** Calls looked at. */
  count: number;
  /** The last of them; null when there was none. */
  last: { id: bigint; receivedAt: Date } | null;
}

/**
 * Looks at the `size` newest calls older than `before` and answers with the first `limit` that match. The slice is fixed before
 * any text is read, so one statement costs the same however rare the match is.
 */
export async function sliceOwnEvents(
  db: Db,
  workspaceId: string,
  filter: OwnFilter,
  ask: { before: bigint | null; size: number; limit: number },
): Promise<Slice> {
  const range = ask.before === null ? sql`true` : sql`e.id < ${ask.before}`;
  const match = looked(filter);
  const rows = await db.execute<Row & { count: number; lastId: string | null; lastAt: string | null }>(sql`
    with slice as materialized (
      select e.* from inbound_events e where ${walked(workspaceId, filter, range)} order by e.id desc limit ${ask.size}
    ), bounds as (
      select count(*)::int as count, min(id)::text as "lastId", min(received_at) as "lastAt" from slice
    ), matching as (
      select ${columns} from slice e ${match ? sql`where ${match}` : sql``} order by e.id desc limit ${ask.limit}
    )
    select b.*, m.* from bounds b left join matching m on true order by m.id::bigint desc`);
  const first = rows[0];
  return {
    events: rows.filter((row) => row.id !== null).map(fromRow),
    count: first?.count ?? 0,
    last: first?.lastId ? { id: BigInt(first.lastId), receivedAt: new Date(String(first.lastAt)) } : null,
  };
}

/** A slice upwards, for replays: calls that match in (after, ceiling], oldest first, and where the slice ended. */
export async function sliceOwnCallsUpwards(
  db: Db,
  workspaceId: string,
  filter: OwnFilter,
  ask: { after: bigint; ceiling: bigint; size: number },
): Promise<{ calls: StoredCall[]; last: bigint | null }> {
  const range = sql`e.id > ${ask.after} and e.id <= ${ask.ceiling}`;
  const match = looked(filter);
  const rows = await db.execute<Row & { body: Uint8Array | null; lastId: string | null }>(sql`
    with slice as materialized (
      select e.* from inbound_events e where ${walked(workspaceId, filter, range)} order by e.id limit ${ask.size}
    ), bounds as (
      select max(id)::text as "lastId" from slice
    ), matching as (
      select ${columns}, e.body from slice e ${match ? sql`where ${match}` : sql``}
    )
    select b.*, m.* from bounds b left join matching m on true order by m.id::bigint`);
  return {
    calls: rows.filter((row) => row.id !== null).map(fromRow),
    last: rows[0]?.lastId ? BigInt(rows[0].lastId) : null,
  };
}

const idList = (ids: readonly string[]) =>
  sql`array[${sql.join(
    ids.map((id) => sql`${id}`),
    sql`, `,
  )}]::bigint[]`;

/** Raw calls by id, oldest first; ids of other workspaces are left out. */
export async function findOwnCalls(db: Db, workspaceId: string, ids: readonly string[]): Promise<StoredCall[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<Row & { body: Uint8Array | null }>(sql`
    select ${columns}, e.body from inbound_events e
    where e.workspace_id = ${workspaceId} and e.id = any (${idList(ids)}) order by e.id`);
  return rows.map(fromRow);
}

/** The same without bodies, newest first, of those that also match `filter`. */
export async function findOwnEvents(
  db: Db,
  workspaceId: string,
  ids: readonly string[],
  filter: OwnFilter,
): Promise<StoredEvent[]> {
  if (ids.length === 0) return [];
  const { source, hiddenSources, hiddenIds } = filter;
  const match = looked({ source, hiddenSources, hiddenIds }) ?? sql`true`;
  const rows = await db.execute<Row>(sql`
    select ${columns} from inbound_events e
    where ${walked(workspaceId, filter, sql`e.id = any (${idList(ids)})`)} and ${match} order by e.id desc`);
  return rows.map(fromRow);
}

/** Copies that replays made of a call, newest first. */
export async function listReplaysOf(
  db: Db,
  workspaceId: string,
  id: string,
): Promise<{ id: string; receivedAt: Date; status: InboundStatus }[]> {
  const rows = await db.execute<{ id: string; receivedAt: string; status: InboundStatus }>(sql`
    select e.id::text as id, e.received_at as "receivedAt", e.status from inbound_events e
    where e.replay_of = ${id}::bigint and e.workspace_id = ${workspaceId} order by e.id desc limit 20`);
  return rows.map((row) => ({ ...row, receivedAt: new Date(row.receivedAt) }));
}

/** The lowest and highest id of a workspace's calls; null without any. */
export async function idsOfOwnEvents(db: Db, workspaceId: string): Promise<{ first: bigint; last: bigint } | null> {
  const [row] = await db.execute<{ first: string | null; last: string | null }>(sql`
    select (select id::text from inbound_events where workspace_id = ${workspaceId} order by id limit 1) as first,
      (select id::text from inbound_events where workspace_id = ${workspaceId} order by id desc limit 1) as last`);
  return row?.first && row.last ? { first: BigInt(row.first), last: BigInt(row.last) } : null;
}

/**
 * Puts dead letters back in front of their readers, `limit` at most, and enqueues the reading in the same transaction. Answers
 * with the ids that were taken.
 */
export async function requeueOwnDeadLetters(
  db: Db,
  workspaceId: string,
  ids: readonly string[] | null,
  limit: number,
): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    with chosen as (
      select e.received_at, e.id from inbound_events e
      where e.workspace_id = ${workspaceId} and e.status = 'failed' ${ids ? sql`and e.id = any (${idList(ids)})` : sql``}
      order by e.id limit ${limit} for update skip locked
    ), again as (
      update inbound_events e set status = 'received', attempts = 0, processed_at = null
      from chosen c where e.received_at = c.received_at and e.id = c.id
      returning e.id, e.received_at
    ), job as (
      select graphile_worker.add_job('inbox.process',
        json_build_object('ids', json_agg(id::text order by id), 'since', min(received_at)), max_attempts => 25)
      from again having count(*) > 0
    )
    select a.id::text as id, (select count(*) from job) as jobs from again a order by a.id`);
  return rows.map(({ id }) => id);
}

/** Marks dead letters as dealt with. The error stays readable; `outcome` says that a person set it aside. */
export async function dismissOwnDeadLetters(
  db: Db,
  workspaceId: string,
  ids: readonly string[] | null,
  limit: number,
): Promise<string[]> {
  const rows = await db.execute<{ id: string }>(sql`
    with chosen as (
      select e.received_at, e.id from inbound_events e
      where e.workspace_id = ${workspaceId} and e.status = 'failed' ${ids ? sql`and e.id = any (${idList(ids)})` : sql``}
      order by e.id limit ${limit} for update skip locked
    )
    update inbound_events e set status = 'ignored', outcome = coalesce(e.outcome, '{}'::jsonb) || '{"reason":"dismissed"}'::jsonb
    from chosen c where e.received_at = c.received_at and e.id = c.id
    returning e.id::text as id`);
  return rows.map(({ id }) => id);
}
