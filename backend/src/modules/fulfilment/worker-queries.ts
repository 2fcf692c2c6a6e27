/** SQL of what workers, leases and deadlines do with tasks. Every statement that takes rows skips those that another one has. */
import type { Db } from "@db/client.ts";
import { taskEvents, tasks } from "@db/schema/fulfilment.ts";
import { and, desc, eq, inArray, isNotNull, isNull, lte, notInArray, or, type SQL, sql } from "drizzle-orm";
import { attemptsAtMost } from "./domain/task.ts";
import type { TaskEventRow, TaskRow } from "./queries.ts";

const moment = (at: Date): SQL => sql`${at.toISOString()}::timestamptz`;

/**
 * Ids that the statement locks, oldest first, none of which anybody else has locked. An array, since PostgreSQL may run a select behind
 * `in` once for each row that it joins, and every run would lock further tasks.
 */
const free = (where: SQL | undefined, limit: number, order: SQL) =>
  sql`any(array(select ${tasks.id} from ${tasks} where ${where} order by ${order} limit ${limit} for update skip locked))`;

/**
 * Hands the oldest waiting tasks of a workspace to one holder (null: they are pushed). Ten posts an hour and person bound how long one
 * customer can hold up the others, so the queue needs no other fairness. Nobody waits: two workers get different tasks.
 */
export async function takeTasks(
  db: Db,
  workspaceId: string,
  by: { keyId: string | null; leaseSec: number; limit: number; now: Date },
): Promise<TaskRow[]> {
  const waiting = and(
    eq(tasks.workspaceId, workspaceId),
    eq(tasks.state, "created"),
    sql`${tasks.deadlineAt} > ${moment(by.now)}`,
  );
  const rows = await db
    .update(tasks)
    .set({
      state: "sent",
      workerKeyId: by.keyId,
      lease: sql`${tasks.lease} + 1`,
      attempts: sql`${tasks.attempts} + 1`,
      leaseSec: by.leaseSec,
      leaseUntil: new Date(by.now.getTime() + by.leaseSec * 1000),
      heardAt: by.keyId === null ? null : by.now,
      startedAt: sql`coalesce(${tasks.startedAt}, ${moment(by.now)})`,
      problem: null,
    })
    .where(sql`${tasks.id} = ${free(waiting, by.limit, sql`${tasks.createdAt}, ${tasks.id}`)}`)
    .returning();
  // `returning` keeps no order, and a worker is handed the oldest first.
  return rows.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
}

/**
 * Takes tasks out of hands that have not been heard of in time, at most `limit`. A push that was never confirmed was nobody's attempt.
 */
export async function takeBackExpired(
  db: Db,
  workspaceId: string | null,
  now: Date,
  limit: number,
): Promise<TaskRow[]> {
  const isUnheard = sql`(${tasks.workerKeyId} is null and ${tasks.heardAt} is null)`;
  const expired = and(
    workspaceId === null ? undefined : eq(tasks.workspaceId, workspaceId),
    inArray(tasks.state, ["sent", "processing"]),
    lte(tasks.leaseUntil, now),
  );
  return db
    .update(tasks)
    .set({
      attempts: sql`case when ${isUnheard} then ${tasks.attempts} - 1 else ${tasks.attempts} end`,
      state: sql`case when ${tasks.attempts} >= ${attemptsAtMost} and not ${isUnheard} then 'failed' else 'created' end`,
      endedAt: sql`case when ${tasks.attempts} >= ${attemptsAtMost} and not ${isUnheard} then ${moment(now)} end`,
      problem: sql`case when ${isUnheard} then ${tasks.problem} else 'lease_expired' end`,
      leaseUntil: null,
    })
    .where(sql`${tasks.id} = ${free(expired, limit, sql`${tasks.leaseUntil}`)}`)
    .returning();
}

/** What was pushed and is not known to have arrived, still within its lease. */
export async function listUnconfirmed(db: Db, workspaceId: string, now: Date, limit: number): Promise<TaskRow[]> {
  return db
    .select()
    .from(tasks)
    .where(
      and(
        eq(tasks.workspaceId, workspaceId),
        eq(tasks.state, "sent"),
        isNull(tasks.workerKeyId),
        isNull(tasks.heardAt),
        sql`${tasks.leaseUntil} > ${moment(now)}`,
      ),
    )
    .orderBy(tasks.createdAt, tasks.id)
    .limit(limit);
}

/** That a push arrived; a worker that has spoken meanwhile is left alone. */
export async function confirmPushed(
  db: Db,
  pushed: readonly { id: string; lease: number }[],
  now: Date,
): Promise<void> {
  if (pushed.length === 0) return;
  await db.execute(sql`
    update tasks set heard_at = ${moment(now)}
    from jsonb_to_recordset(${JSON.stringify(pushed)}::jsonb) as p(id uuid, lease int)
    where tasks.id = p.id and tasks.lease = p.lease and tasks.state = 'sent' and tasks.worker_key_id is null and tasks.heard_at is null`);
}

/**
 * The task whose deadline passed longest ago, locked, none of `except`: of those that are open, and failed ones whose worth is not
 * returned and waits for no refund. What another process has is passed over.
 */
export async function lockOverdue(db: Db, now: Date, except: readonly string[]): Promise<TaskRow | null> {
  const [row] = await db
    .select()
    .from(tasks)
    .where(
      and(
        lte(tasks.deadlineAt, now),
        eq(tasks.returnWaits, false),
        sql`(${tasks.state} in ('created','sent','processing')
          or (${tasks.state} = 'failed' and ${tasks.worth} is not null and ${tasks.returnedAt} is null))`,
        except.length === 0 ? undefined : notInArray(tasks.id, [...except]),
      ),
    )
    .orderBy(tasks.deadlineAt)
    .limit(1)
    .for("update", { skipLocked: true });
  return row ?? null;
}

/** Orders of which something was not done and waits for the outcome of a refund. */
export async function listWaitingReturns(db: Db): Promise<{ workspaceId: string; orderId: string }[]> {
  const { workspaceId, orderId } = tasks;
  return db.selectDistinct({ workspaceId, orderId }).from(tasks).where(eq(tasks.returnWaits, true));
}

/** One task of those, locked. */
export async function lockWaitingReturn(db: Db, orderId: string): Promise<TaskRow | null> {
  const [row] = await db
    .select()
    .from(tasks)
    .where(and(eq(tasks.orderId, orderId), eq(tasks.returnWaits, true)))
    .orderBy(tasks.deadlineAt, tasks.id)
    .limit(1)
    .for("update", { skipLocked: true });
  return row ?? null;
}

/** The last thing that ended a lease by this worker's word, to answer its repeat with. */
export async function findLastWord(
  db: Db,
  taskId: string,
  keyId: string,
  lease: number | null,
): Promise<TaskEventRow | null> {
  const [row] = await db
    .select()
    .from(taskEvents)
    .where(
      and(
        eq(taskEvents.taskId, taskId),
        eq(taskEvents.workerKeyId, keyId),
        inArray(taskEvents.kind, ["completed", "failed"]),
        lease === null ? undefined : sql`${taskEvents.details} ->> 'lease' = ${String(lease)}`,
      ),
    )
    .orderBy(desc(taskEvents.id))
    .limit(1);
  return row ?? null;
}

/**
 * What is not done of an order whose money went back whole: nothing of it can be returned once more. Answers with what was still open.
 */
export async function endUnfinishedOf(db: Db, orderId: string, now: Date): Promise<TaskRow[]> {
  await db
    .update(tasks)
    .set({ worth: null, returnWaits: false })
    .where(
      and(
        eq(tasks.orderId, orderId),
        or(eq(tasks.state, "failed"), eq(tasks.returnWaits, true)),
        isNull(tasks.returnedAt),
        isNotNull(tasks.worth),
      ),
    );
  return db
    .update(tasks)
    .set({ state: "cancelled", endedAt: now, leaseUntil: null, worth: null, problem: "order_refunded" })
    .where(and(eq(tasks.orderId, orderId), inArray(tasks.state, ["created", "sent", "processing"])))
    .returning();
}
