/**
 * What others send us, stored raw before we answer. Intake commits in groups: while one insert is on its way, calls that
 * arrive wait together for the next, so durability costs one commit per group instead of one per call (measured in
 * docs/performance.md). Reading happens later, in the job `inbox.process`.
 */
import type { Db } from "@db/client.ts";
import type { InboundStatus } from "@db/schema/inbox.ts";
import { sql } from "drizzle-orm";
import { t } from "elysia";
import type { Sql } from "postgres";
import type { ActionContext } from "./context.ts";
import { type GroupCommitOptions, groupCommit, refusal } from "./group-commit.ts";
import { defineJob } from "./jobs.ts";
import { loggableError } from "./log.ts";

/** Body bytes we keep, and the most that an intake route accepts (413 above). */
export const maxBodyBytes = 64 * 1024;
/** Tries before an event is set aside for a person. */
export const maxAttempts = 5;

export interface InboundCall {
  workspaceId: string;
  source: string;
  sourceId: string | null;
  /** The sender's own id of this call; a repeat of it is dropped. Null = the reader decides what a repeat is. */
  externalId: string | null;
  /** Calls with the same order key are worked on one after another, as they came. */
  orderKey: string | null;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
  senderAddress: string | null;
  requestId: string;
  isTest?: boolean;
  replayOf?: bigint;
}

export interface Intake {
  /** Resolves once the call is committed; rejects (`common.unavailable`) when it could not be, so that nobody is told a false 200. */
  store(call: InboundCall): Promise<void>;
  /** Waits for what is on its way. */
  drain(): Promise<void>;
}

/** PostgreSQL's text and jsonb hold no NUL. */
const withoutNul = (text: string) => (text.includes("\0") ? text.replaceAll("\0", "") : text);

const asRow = (call: InboundCall, position: number) => ({
  k: position,
  w: call.workspaceId,
  s: call.source,
  i: call.sourceId,
  x: call.externalId,
  o: call.orderKey,
  m: call.method,
  p: withoutNul(call.path),
  q: withoutNul(call.query),
  h: call.headers,
  b: call.body && call.body.length > 0 ? Buffer.from(call.body).toString("base64") : null,
  n: call.body?.length ?? 0,
  a: call.senderAddress,
  r: call.requestId,
  t: call.isTest ?? false,
  y: call.replayOf === undefined ? null : String(call.replayOf),
});

/**
 * One statement: drop repeats, insert the rest as they came (ids grow in the order of arrival), enqueue the work. Calls without an order key share one job; each order key
 * gets its own, in a queue of that name.
 */
const insertGroup = (rows: string) => `
  with calls as (
    select * from jsonb_to_recordset(${rows}::jsonb)
      as c(k int, w uuid, s text, i uuid, x text, o text, m text, p text, q text, h jsonb, b text, n int, a text, r text, t boolean, y bigint)
  ), fresh as (
    insert into inbound_keys (source, source_id, external_id)
    select distinct s, i, x from calls where x is not null and i is not null
    on conflict do nothing returning source, source_id, external_id
  ), stored as (
    insert into inbound_events (workspace_id, source, source_id, external_id, method, path, query, headers, body, body_bytes, sender_address, request_id, is_test, replay_of)
    select w, s, i, x, m, p, q, h, decode(b, 'base64'), n, a, r, t, y from calls c
    where x is null or (
      exists (select 1 from fresh f where f.source = c.s and f.source_id = c.i and f.external_id = c.x)
      and not exists (select 1 from calls d where d.s = c.s and d.i = c.i and d.x = c.x and d.k < c.k)
    )
    order by k
    returning id, received_at, source, source_id, external_id, request_id
  ), work as (
    select coalesce(c.o, '') as o, json_build_object('ids', json_agg(e.id::text order by e.id), 'since', min(e.received_at)) as payload
    from stored e join calls c on c.r = e.request_id and c.s = e.source and c.x is not distinct from e.external_id group by 1
  )
  select graphile_worker.add_job('inbox.process', payload, queue_name => nullif(o, ''), max_attempts => 25) from work`;

const rowsOf = (calls: readonly InboundCall[]) => JSON.stringify(calls.map(asRow));
const [insertHead = "", insertTail = ""] = insertGroup("$").split("$");
/** Calls in one statement at most; keeps a statement under a few MB. */
const callsInAStatement = 256;

/**
 * Stores calls, and the work on them, in the transaction that `db` is: for copies that belong to a deed of ours. What others send
 * goes through an intake, which shares its commits.
 */
export async function storeCalls(db: Db, calls: readonly InboundCall[]): Promise<void> {
  for (let from = 0; from < calls.length; from += callsInAStatement) {
    const rows = rowsOf(calls.slice(from, from + callsInAStatement));
    await db.execute(sql`${sql.raw(insertHead)}${rows}${sql.raw(insertTail)}`);
  }
}

/**
 * Opens the door for calls. What could not be stored within `timeoutMs` (4 s) is refused, so that its sender hears 503 within a
 * time-out of his own; so is what would wait behind `maxWaiting` others (10 000). A call that was refused may be stored all the same
 * when its answer was lost: a repeat is told apart by its reader.
 */
export function createIntake(db: Db, options: GroupCommitOptions = {}): Intake {
  // Past drizzle, which has every statement parsed, described and planned anew: a second round trip and about a millisecond.
  const client = (db as unknown as { $client: Sql }).$client;
  const statement = insertGroup("$1");
  const group = groupCommit<InboundCall, void>(
    async (calls) => {
      try {
        await client.unsafe(statement, [rowsOf(calls)], { prepare: true });
      } catch (error) {
        throw refusal(error);
      }
      return [];
    },
    { groupSize: callsInAStatement, maxWaiting: 10_000, timeoutMs: 4_000, ...options },
  );
  return { store: group.add, drain: group.idle };
}

export const processInboxJob = defineJob({
  name: "inbox.process",
  payload: t.Object({ ids: t.Array(t.String()), since: t.String() }),
  attempts: 25,
});

/** A stored call as its reader gets it. */
export interface InboundEvent {
  id: bigint;
  receivedAt: Date;
  workspaceId: string;
  source: string;
  sourceId: string | null;
  externalId: string | null;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
  attempts: number;
  requestId: string | null;
  replayOf: bigint | null;
  isTest: boolean;
}

/** What became of a call. `outcome` is shown in the inspector: ids of what it made, or the reason why it made nothing. */
export interface Reading {
  status: Exclude<InboundStatus, "received" | "failed">;
  outcome: Record<string, unknown>;
}

/** Reads one stored call inside one transaction; runs again with the same event when it throws. */
export type InboxReader = (ctx: ActionContext, event: InboundEvent) => Promise<Reading>;

interface EventRow extends Record<string, unknown> {
  id: string;
  received_at: string;
  workspace_id: string;
  source: string;
  source_id: string | null;
  external_id: string | null;
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  body: Uint8Array | null;
  attempts: number;
  request_id: string | null;
  replay_of: string | null;
  is_test: boolean;
}

const fromRow = (row: EventRow): InboundEvent => ({
  id: BigInt(row.id),
  receivedAt: new Date(row.received_at),
  workspaceId: row.workspace_id,
  source: row.source,
  sourceId: row.source_id,
  externalId: row.external_id,
  method: row.method,
  path: row.path,
  query: row.query,
  headers: row.headers,
  body: row.body,
  attempts: row.attempts,
  requestId: row.request_id,
  replayOf: row.replay_of === null ? null : BigInt(row.replay_of),
  isTest: row.is_test,
});

/** Seconds until the next try of an event that threw: 2, 8, 32, 128. */
const retryAfterSeconds = (attempts: number) => 2 * 4 ** (attempts - 1);

/** What the job needs: who reads which source, and as whom. */
type ReadingContext = ActionContext<{
  readers: Readonly<Record<string, InboxReader>>;
  actorFor: (workspaceId: string) => ActionContext["actor"];
}>;

/** Calls that share a transaction. A commit costs as much as reading a call; the last of them waits for the first this long. */
const readTogether = 16;

/**
 * The job: reads calls in their order, a few in one transaction. When one of them stumbles, all of these are undone and each is
 * read again in a transaction of its own, so that a poisoned call is set aside after `maxAttempts` while its neighbours never
 * notice. A call locked by another worker is skipped: that worker is reading it.
 */
export async function processInbox(ctx: ReadingContext, input: { ids: string[]; since: string }): Promise<void> {
  for (let from = 0; from < input.ids.length; from += readTogether) {
    const ids = input.ids.slice(from, from + readTogether);
    const stumbled = await readInOneTransaction(ctx, ids, input.since);
    if (stumbled === null) continue;
    if (ids.length === 1) await stumble(ctx, ids[0] as string, input.since, stumbled.error);
    else for (const id of ids) await processOne(ctx, id, input.since);
  }
}

async function processOne(ctx: ReadingContext, id: string, since: string): Promise<void> {
  const stumbled = await readInOneTransaction(ctx, [id], since);
  if (stumbled) await stumble(ctx, id, since, stumbled.error);
}

/** Null, or why nothing was read. */
async function readInOneTransaction(
  ctx: ReadingContext,
  ids: readonly string[],
  since: string,
): Promise<{ error: unknown } | null> {
  try {
    await ctx.db.transaction(async (transaction) => {
      const tx = transaction as unknown as Db;
      const rows = await tx.execute<EventRow>(sql`
        select id, received_at, workspace_id, source, source_id, external_id, method, path, query, headers, body, attempts, request_id, replay_of, is_test
        from inbound_events
        where id = any(${`{${ids.join(",")}}`}::bigint[]) and received_at >= ${since}::timestamptz and status = 'received'
        order by id for update skip locked`);
      if (rows.length === 0) return;
      for (const row of rows) {
        const reading = await read(ctx, tx, fromRow(row));
        // By the whole primary key: only it leads straight to the row in the one partition that has it.
        await tx.execute(sql`
          update inbound_events set status = ${reading.status}, outcome = ${JSON.stringify(reading.outcome)}::jsonb,
            error = null, attempts = attempts + 1, processed_at = ${ctx.now.toISOString()}::timestamptz
          where id = ${row.id}::bigint and received_at = ${row.received_at}::timestamptz`);
      }
    });
    return null;
  } catch (error) {
    return { error };
  }
}

function read(ctx: ReadingContext, tx: Db, event: InboundEvent): Promise<Reading> {
  const reader = ctx.ports.readers[event.source];
  if (!reader) throw new Error(`no reader for source ${event.source}`);
  const requestId = event.requestId ?? ctx.requestId;
  return reader({ ...ctx, db: tx, actor: ctx.ports.actorFor(event.workspaceId), requestId }, event);
}

async function stumble(ctx: ReadingContext, id: string, since: string, error: unknown): Promise<void> {
  ctx.log.warn({ err: error, eventId: id }, "inbox: reading failed");
  await recordFailure(ctx, id, since, error);
}

async function recordFailure(ctx: ReadingContext, id: string, since: string, error: unknown): Promise<void> {
  const [row] = await ctx.db.execute<{ attempts: number; status: string }>(sql`
    update inbound_events set attempts = attempts + 1, error = ${JSON.stringify(loggableError(error))},
      status = case when attempts + 1 >= ${maxAttempts} then 'failed' else 'received' end,
      processed_at = case when attempts + 1 >= ${maxAttempts} then ${ctx.now.toISOString()}::timestamptz end
    where id = ${id}::bigint and received_at >= ${since}::timestamptz and status = 'received'
    returning attempts, status`);
  if (!row || row.status === "failed") return;
  await ctx.db.execute(sql`select graphile_worker.add_job('inbox.process', ${JSON.stringify({ ids: [id], since })}::json,
    run_at => now() + ${retryAfterSeconds(row.attempts)} * interval '1 second', max_attempts => 25)`);
}
