/** SQL of retention: the whole installation's old rows, a thousand at a time. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

const sliceSize = 1_000;

/**
 * Walks deliveries upwards from `after` and deletes the finished ones among the next thousand. A message is older than its end, so
 * the walk ends (`last` null) at the first thousand with nothing created before `before`, and needs no index but the key.
 * What is unknown waits for a person however old, and what is queued for later is not finished.
 */
export async function deleteDeliveriesSlice(
  db: Db,
  before: Date,
  after: bigint,
): Promise<{ deleted: number; last: bigint | null }> {
  const at = before.toISOString();
  const [row] = await db.execute<{ deleted: number; last: string | null; old: number }>(sql`
    with slice as materialized (
      select id, state, done_at, created_at from deliveries where id > ${after} order by id limit ${sliceSize}
    ), gone as (
      delete from deliveries d using slice s where d.id = s.id
        and s.state in ('sent', 'failed', 'cancelled', 'folded') and s.done_at < ${at}::timestamptz
      returning d.id
    )
    select (select count(*)::int from gone) as deleted, (select max(id)::text from slice) as last,
      (select count(*)::int from slice where created_at < ${at}::timestamptz) as old`);
  const isOver = !row || row.last === null || row.old === 0;
  return { deleted: row?.deleted ?? 0, last: isOver ? null : BigInt(row.last ?? 0) };
}

/** A thousand of the oldest keys of calls. */
export async function deleteInboundKeysSlice(db: Db, before: Date): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with slice as (
      select source, source_id, external_id from inbound_keys where received_at < ${before.toISOString()}::timestamptz
      order by received_at limit ${sliceSize}
    ), gone as (
      delete from inbound_keys k using slice s
      where k.source = s.source and k.source_id = s.source_id and k.external_id = s.external_id returning 1
    ) select count(*)::int as count from gone`);
  return row?.count ?? 0;
}

/** A thousand of the oldest audit entries. The table refuses deletion but under this setting, which ends with the transaction. */
export async function deleteOldAuditSlice(db: Db, before: Date): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('switchboard.retention', 'on', true)`);
    const [row] = await tx.execute<{ count: number }>(sql`
      with slice as materialized (
        select id, at from audit_entries order by id limit ${sliceSize}
      ), gone as (
        delete from audit_entries a using slice s where a.id = s.id and s.at < ${before.toISOString()}::timestamptz returning 1
      ) select count(*)::int as count from gone`);
    return row?.count ?? 0;
  });
}

/** A thousand of the oldest answers to calls with an Idempotency-Key. */
export async function deleteIdempotencyKeysSlice(db: Db, before: Date): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    with slice as (
      select workspace_id, caller_id, key from idempotency_keys where created_at < ${before.toISOString()}::timestamptz
      order by created_at limit ${sliceSize}
    ), gone as (
      delete from idempotency_keys k using slice s
      where k.workspace_id = s.workspace_id and k.caller_id = s.caller_id and k.key = s.key returning 1
    ) select count(*)::int as count from gone`);
  return row?.count ?? 0;
}

/** A thousand jobs that used up their tries and that nobody has begun again; those of schedules too, which nobody ever would. */
export async function deleteDeadJobsSlice(db: Db, before: Date): Promise<number> {
  const rows = await db.execute(sql`
    select 1 from graphile_worker.complete_jobs(array(
      select id from graphile_worker._private_jobs where not is_available and attempts >= max_attempts and locked_at is null
        and updated_at < ${before.toISOString()}::timestamptz limit ${sliceSize}))`);
  return rows.length;
}

/** Records of long replays; few, so at once. */
export async function deleteOldReplays(db: Db, before: Date): Promise<void> {
  await db.execute(
    sql`delete from inbox_replays where state <> 'running' and created_at < ${before.toISOString()}::timestamptz`,
  );
}
