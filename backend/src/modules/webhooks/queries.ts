/** Every SQL statement of the webhooks room. */
import type { Db } from "@db/client.ts";
import { webhookAttempts, webhookCalls, webhookEndpoints } from "@db/schema/webhooks.ts";
import { and, asc, count, desc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import { callEndpointJob } from "./jobs.ts";

export type EndpointRow = typeof webhookEndpoints.$inferSelect;
export type CallRow = typeof webhookCalls.$inferSelect;
export type AttemptRow = typeof webhookAttempts.$inferSelect;

const own = (workspaceId: string, endpointId: string) =>
  and(eq(webhookEndpoints.workspaceId, workspaceId), eq(webhookEndpoints.id, endpointId));

export async function listOwnEndpoints(db: Db, workspaceId: string): Promise<EndpointRow[]> {
  return db
    .select()
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.workspaceId, workspaceId))
    .orderBy(asc(webhookEndpoints.createdAt), asc(webhookEndpoints.id));
}

export async function findOwnEndpoint(db: Db, workspaceId: string, endpointId: string): Promise<EndpointRow | null> {
  const [row] = await db.select().from(webhookEndpoints).where(own(workspaceId, endpointId));
  return row ?? null;
}

/** Of those who would change it. A fact that is told to it meanwhile does not wait: its call only needs the row to stay. */
export async function lockOwnEndpoint(db: Db, workspaceId: string, endpointId: string): Promise<EndpointRow | null> {
  const [row] = await db.select().from(webhookEndpoints).where(own(workspaceId, endpointId)).for("no key update");
  return row ?? null;
}

/** Counted under the workspace's lock, so that two creations at once do not pass a limit together. */
export async function countEndpointsLocked(db: Db, workspaceId: string): Promise<number> {
  await db.execute(sql`select 1 from workspaces where id = ${workspaceId} for update`);
  const [row] = await db
    .select({ count: count() })
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.workspaceId, workspaceId));
  return row?.count ?? 0;
}

export async function insertEndpoint(db: Db, values: typeof webhookEndpoints.$inferInsert): Promise<EndpointRow> {
  const [row] = await db.insert(webhookEndpoints).values(values).returning();
  if (!row) throw new Error("an endpoint just stored is not there");
  return row;
}

export async function updateEndpoint(
  db: Db,
  endpointId: string,
  values: Partial<Omit<typeof webhookEndpoints.$inferInsert, "id" | "workspaceId">>,
): Promise<EndpointRow> {
  const [row] = await db.update(webhookEndpoints).set(values).where(eq(webhookEndpoints.id, endpointId)).returning();
  if (!row) throw new Error("a locked endpoint is not there");
  return row;
}

export async function deleteOwnEndpoint(db: Db, workspaceId: string, endpointId: string): Promise<EndpointRow | null> {
  const [row] = await db.delete(webhookEndpoints).where(own(workspaceId, endpointId)).returning();
  return row ?? null;
}

/** Which events active endpoints of a workspace hear. */
export async function listAudible(db: Db, workspaceId: string): Promise<{ id: string; events: string[] }[]> {
  return db
    .select({ id: webhookEndpoints.id, events: webhookEndpoints.events })
    .from(webhookEndpoints)
    .where(and(eq(webhookEndpoints.workspaceId, workspaceId), eq(webhookEndpoints.state, "active")));
}

export interface CallCounts {
  delivered: number;
  failed: number;
  waiting: number;
}

/** Of each of these endpoints that had calls since. An index leads to those and no others. */
export async function countCallsSince(
  db: Db,
  endpointIds: readonly string[],
  since: Date,
): Promise<Map<string, CallCounts>> {
  const rows = await db
    .select({ endpointId: webhookCalls.endpointId, state: webhookCalls.state, count: count() })
    .from(webhookCalls)
    .where(and(inArray(webhookCalls.endpointId, [...endpointIds]), gt(webhookCalls.createdAt, since)))
    .groupBy(webhookCalls.endpointId, webhookCalls.state);
  const counts = new Map<string, CallCounts>();
  for (const row of rows) {
    const known = counts.get(row.endpointId) ?? { delivered: 0, failed: 0, waiting: 0 };
    known[row.state] = row.count;
    counts.set(row.endpointId, known);
  }
  return counts;
}

/** What an endpoint hears, and what the calls tell that are kept of it; an empty list means everything. */
export async function eventsSentTo(db: Db, { id, events }: EndpointRow): Promise<string[]> {
  if (events.length === 0) return [];
  const kept = await db
    .selectDistinct({ event: webhookCalls.event })
    .from(webhookCalls)
    .where(eq(webhookCalls.endpointId, id));
  return [...new Set([...events, ...kept.map(({ event }) => event)])];
}

/**
 * In one statement, in the order given. Calls to endpoints that are off or gone by now are left out; an endpoint that is there stays
 * until its calls are stored, so that no fact fails for want of it.
 */
export async function insertCalls(
  db: Db,
  calls: readonly (Pick<CallRow, "endpointId" | "workspaceId" | "messageId"> & { payload: object })[],
  { event, at }: { event: string; at: Date },
): Promise<{ callId: bigint; workspaceId: string; endpointId: string }[]> {
  const rows = calls.map(({ endpointId, workspaceId, messageId, payload }, n) => ({
    n,
    e: endpointId,
    w: workspaceId,
    m: messageId,
    p: payload,
  }));
  const time = sql`${at.toISOString()}::timestamptz`;
  const stored = await db.execute<{ id: string; endpoint_id: string; workspace_id: string }>(sql`
    insert into webhook_calls (endpoint_id, workspace_id, message_id, event, payload, next_at, created_at)
    select e.id, e.workspace_id, c.m, ${event}, c.p, ${time}, ${time}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c(n int, e uuid, w uuid, m text, p jsonb)
    join webhook_endpoints e on e.id = c.e and e.workspace_id = c.w and e.state = 'active'
    order by c.n for key share of e
    returning id, endpoint_id, workspace_id`);
  return stored.map((row) => ({ callId: BigInt(row.id), workspaceId: row.workspace_id, endpointId: row.endpoint_id }));
}

export async function findOwnCall(db: Db, workspaceId: string, callId: bigint): Promise<CallRow | null> {
  const [row] = await db
    .select()
    .from(webhookCalls)
    .where(and(eq(webhookCalls.id, callId), eq(webhookCalls.workspaceId, workspaceId)));
  return row ?? null;
}

export async function lockCall(db: Db, callId: bigint): Promise<CallRow | null> {
  const [row] = await db.select().from(webhookCalls).where(eq(webhookCalls.id, callId)).for("update");
  return row ?? null;
}

export async function updateCall(
  db: Db,
  callId: bigint,
  values: Partial<typeof webhookCalls.$inferInsert>,
): Promise<void> {
  await db.update(webhookCalls).set(values).where(eq(webhookCalls.id, callId));
}

export async function insertAttempt(db: Db, values: typeof webhookAttempts.$inferInsert): Promise<void> {
  await db.insert(webhookAttempts).values(values);
}

export async function listAttempts(db: Db, callId: bigint): Promise<AttemptRow[]> {
  return db.select().from(webhookAttempts).where(eq(webhookAttempts.callId, callId)).orderBy(asc(webhookAttempts.id));
}

export type CallWithStatus = CallRow & { lastStatus: number | null };

/** Newest first; `limit` + 1 rows, so that the caller sees whether there are more. */
export async function listOwnCalls(
  db: Db,
  workspaceId: string,
  filter: { endpointId: string; state?: CallRow["state"]; event?: string; before: bigint | null; limit: number },
): Promise<CallWithStatus[]> {
  const rows = await db
    .select({
      call: webhookCalls,
      lastStatus: sql<number | null>`(select a.status from webhook_attempts a where a.call_id = ${webhookCalls.id}
        order by a.id desc limit 1)`,
    })
    .from(webhookCalls)
    .where(
      and(
        eq(webhookCalls.workspaceId, workspaceId),
        eq(webhookCalls.endpointId, filter.endpointId),
        filter.state && eq(webhookCalls.state, filter.state),
        filter.event === undefined ? undefined : eq(webhookCalls.event, filter.event),
        filter.before === null ? undefined : lt(webhookCalls.id, filter.before),
      ),
    )
    .orderBy(desc(webhookCalls.id))
    .limit(filter.limit + 1);
  return rows.map(({ call, lastStatus }) => ({ ...call, lastStatus }));
}

/** Failed calls of an endpoint become waiting again, at most `limit`, oldest first. */
export async function reviveFailed(db: Db, endpointId: string, since: Date, limit: number): Promise<bigint[]> {
  const rows = await db.execute<{ id: string }>(sql`
    update webhook_calls set state = 'waiting', attempts = 0, next_at = now(), done_at = null
    where id in (select id from webhook_calls where endpoint_id = ${endpointId} and state = 'failed'
      and created_at >= ${since.toISOString()}::timestamptz order by id limit ${limit})
    returning id`);
  return rows.map(({ id }) => BigInt(id));
}

/**
 * Calls that should have been made a minute ago and that no job is left for. Those that wait their turn behind a slow receiver have
 * theirs: they are no business of this, and a thousand of them must not hide another endpoint's lost one.
 */
export async function listOverdue(
  db: Db,
  now: Date,
  limit: number,
): Promise<{ id: bigint; workspaceId: string; endpointId: string }[]> {
  const key = sql`${`${callEndpointJob.name}:`} || ${webhookCalls.id}`;
  return db
    .select({ id: webhookCalls.id, workspaceId: webhookCalls.workspaceId, endpointId: webhookCalls.endpointId })
    .from(webhookCalls)
    .where(
      and(
        eq(webhookCalls.state, "waiting"),
        lt(webhookCalls.nextAt, new Date(now.getTime() - 60_000)),
        sql`not exists (select 1 from graphile_worker.jobs j where j.key = ${key} and j.attempts < j.max_attempts)`,
      ),
    )
    .orderBy(asc(webhookCalls.nextAt))
    .limit(limit);
}

/**
 * Of the thousand oldest calls those that are done with; answers with how many. Ids grow with time, so the primary key leads to them:
 * by age alone the whole table would be read when nothing is old yet, which is nearly always.
 */
export async function deleteOldCalls(db: Db, before: Date): Promise<number> {
  const rows = await db.execute(sql`
    delete from webhook_calls where state <> 'waiting' and created_at < ${before.toISOString()}::timestamptz
      and id in (select id from webhook_calls order by id limit 1000) returning 1`);
  return rows.length;
}
