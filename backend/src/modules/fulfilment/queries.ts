/** SQL of tasks as customers and the team see them. What workers do with them is in worker-queries.ts. */
import type { Db } from "@db/client.ts";
import { taskEvents, tasks } from "@db/schema/fulfilment.ts";
import { and, asc, count, desc, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import type { Platform } from "./domain/address.ts";
import { hourMs } from "./domain/hour.ts";
import type { Outcome, TaskState } from "./domain/task.ts";

export type TaskRow = typeof tasks.$inferSelect;
export type TaskEventRow = typeof taskEvents.$inferSelect;
export type NewTaskEvent = Omit<typeof taskEvents.$inferInsert, "id">;

const openStates = ["created", "sent", "processing"] as const satisfies readonly TaskState[];

// ── Adding a post ───────────────────────────────────────────────────────────────────────────────────────────────────

/** One post of a person after another, until the transaction ends: his limits and duplicates are counted, not guessed. */
export async function lockPosts(db: Db, personId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`fulfilment.posts:${personId}`}, 0))`);
}

/** Of this post: one that is open, rather than the last that was done; null = neither. */
export async function findSamePost(
  db: Db,
  personId: string,
  address: string,
): Promise<{ id: string; isOpen: boolean } | null> {
  const isOpen = sql<boolean>`${inArray(tasks.state, [...openStates])}`;
  const [row] = await db
    .select({ id: tasks.id, isOpen })
    .from(tasks)
    .where(
      and(eq(tasks.personId, personId), eq(tasks.address, address), inArray(tasks.state, [...openStates, "completed"])),
    )
    .orderBy(desc(isOpen), desc(tasks.createdAt))
    .limit(1);
  return row ?? null;
}

/** Moments at which a person added posts within the last hour. */
export async function addedWithinHour(db: Db, personId: string, now: Date): Promise<Date[]> {
  const rows = await db
    .select({ at: tasks.createdAt })
    .from(tasks)
    .where(and(eq(tasks.personId, personId), gt(tasks.createdAt, new Date(now.getTime() - hourMs))));
  return rows.map(({ at }) => at);
}

export async function insertTask(db: Db, values: typeof tasks.$inferInsert): Promise<TaskRow> {
  const [row] = await db.insert(tasks).values(values).returning();
  if (!row) throw new Error("a task just stored is not there");
  return row;
}

export async function insertEvents(db: Db, events: readonly NewTaskEvent[]): Promise<void> {
  if (events.length > 0) await db.insert(taskEvents).values([...events]);
}

// ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function findOwnTask(db: Db, workspaceId: string, taskId: string): Promise<TaskRow | null> {
  const [row] = await db
    .select()
    .from(tasks)
    .where(and(eq(tasks.workspaceId, workspaceId), eq(tasks.id, taskId)));
  return row ?? null;
}

export async function lockOwnTask(db: Db, workspaceId: string, taskId: string): Promise<TaskRow | null> {
  const [row] = await db
    .select()
    .from(tasks)
    .where(and(eq(tasks.workspaceId, workspaceId), eq(tasks.id, taskId)))
    .for("update");
  return row ?? null;
}

export async function updateTask(
  db: Db,
  taskId: string,
  values: Partial<Omit<typeof tasks.$inferInsert, "id" | "workspaceId" | "personId">>,
): Promise<TaskRow> {
  const [row] = await db.update(tasks).set(values).where(eq(tasks.id, taskId)).returning();
  if (!row) throw new Error("a locked task is not there");
  return row;
}

export async function listEvents(db: Db, taskId: string): Promise<TaskEventRow[]> {
  return db.select().from(taskEvents).where(eq(taskEvents.taskId, taskId)).orderBy(asc(taskEvents.id)).limit(200);
}

export interface TaskFilter {
  state?: TaskState;
  platform?: Platform;
  workerId?: string;
  personId?: string;
  orderId?: string;
  /** Part of an address. */
  part?: string;
  /** A whole address in its one spelling. */
  address?: string;
}

const containing = (text: string) => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

const matching = (workspaceId: string, filter: TaskFilter): SQL | undefined =>
  and(
    eq(tasks.workspaceId, workspaceId),
    filter.state && eq(tasks.state, filter.state),
    filter.platform && eq(tasks.platform, filter.platform),
    filter.workerId === undefined ? undefined : eq(tasks.workerKeyId, filter.workerId),
    filter.personId === undefined ? undefined : eq(tasks.personId, filter.personId),
    filter.orderId === undefined ? undefined : eq(tasks.orderId, filter.orderId),
    filter.address === undefined ? undefined : eq(tasks.address, filter.address),
    filter.part === undefined ? undefined : sql`${tasks.address} ilike ${containing(filter.part)}`,
  );

/** Where a page begins: the last row of the one before it. The moment is exact to the microsecond, as the database keeps it. */
export type After = readonly [createdAt: string, id: string] | null;

/** A row with its place in the list, which a Date would round. */
export type ListedTask = TaskRow & { place: string };

/** Newest first; `limit` + 1 rows, so that the caller sees whether there are more. */
export async function listOwnTasks(
  db: Db,
  workspaceId: string,
  filter: TaskFilter,
  after: After,
  limit: number,
): Promise<ListedTask[]> {
  const rows = await db
    .select({ task: tasks, place: sql<string>`(extract(epoch from ${tasks.createdAt}) * 1000000)::bigint::text` })
    .from(tasks)
    .where(and(matching(workspaceId, filter), after ? before(after) : undefined))
    .orderBy(desc(tasks.createdAt), asc(tasks.id))
    .limit(limit + 1);
  return rows.map(({ task, place }) => ({ ...task, place }));
}

const before = ([micros, id]: NonNullable<After>): SQL => {
  const at = sql`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;
  return sql`(${tasks.createdAt} < ${at} or (${tasks.createdAt} = ${at} and ${tasks.id} > ${id}::uuid))`;
};

// ── Figures ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Posts added since then, by day of `timeZone`, platform and what became of them. */
export async function countByDay(
  db: Db,
  workspaceId: string,
  since: Date,
  timeZone: string,
): Promise<{ day: string; platform: Platform; outcome: Outcome; count: number }[]> {
  const day = sql<string>`to_char(${tasks.createdAt} at time zone ${timeZone}, 'YYYY-MM-DD')`;
  const outcome = sql<Outcome>`case when ${tasks.returnedAt} is not null then 'returned'
    when ${inArray(tasks.state, [...openStates])} then 'open' else ${tasks.state} end`;
  return db
    .select({ day, platform: tasks.platform, outcome, count: count() })
    .from(tasks)
    .where(and(eq(tasks.workspaceId, workspaceId), sql`${tasks.createdAt} >= ${since.toISOString()}::timestamptz`))
    .groupBy(sql`1`, tasks.platform, sql`3`);
}

/** The queue as it is now. */
export async function readQueue(
  db: Db,
  workspaceId: string,
): Promise<{ waiting: number; oldestAt: Date | null; held: number; failed: number }> {
  const [row] = await db.execute<{ waiting: number; oldest: string | null; held: number; failed: number }>(sql`
    select w.count as waiting, w.oldest,
      (select count(*)::int from tasks where workspace_id = ${workspaceId} and state in ('sent', 'processing')) as held,
      (select count(*)::int from tasks where workspace_id = ${workspaceId} and state = 'failed'
        and worth is not null and returned_at is null) as failed
    from (select count(*)::int as count, min(created_at) as oldest from tasks
      where workspace_id = ${workspaceId} and state = 'created') w`);
  return {
    waiting: row?.waiting ?? 0,
    oldestAt: row?.oldest ? new Date(row.oldest) : null,
    held: row?.held ?? 0,
    failed: row?.failed ?? 0,
  };
}

export interface WorkerFigures {
  keyId: string;
  done: number;
  failed: number;
  lost: number;
  medianSec: number | null;
}

/** What each worker came to since then, by what it said. The time of a task is told with its completion. */
export async function countByWorker(
  db: Db,
  workspaceId: string,
  keyIds: readonly string[],
  since: Date,
): Promise<ReadonlyMap<string, WorkerFigures>> {
  if (keyIds.length === 0) return new Map();
  const rows = await db
    .select({
      keyId: sql<string>`${taskEvents.workerKeyId}`,
      done: sql<number>`count(*) filter (where ${taskEvents.kind} = 'completed')::int`,
      failed: sql<number>`count(*) filter (where ${taskEvents.kind} = 'failed')::int`,
      lost: sql<number>`count(*) filter (where ${taskEvents.kind} = 'lost')::int`,
      medianSec: sql<
        number | null
      >`(percentile_cont(0.5) within group (order by (${taskEvents.details} ->> 'tookSec')::float8)
        filter (where ${taskEvents.kind} = 'completed'))::int`,
    })
    .from(taskEvents)
    .where(
      and(
        eq(taskEvents.workspaceId, workspaceId),
        inArray(taskEvents.workerKeyId, [...keyIds]),
        sql`${taskEvents.at} >= ${since.toISOString()}::timestamptz`,
      ),
    )
    .groupBy(taskEvents.workerKeyId);
  return new Map(rows.map((row) => [row.keyId, row]));
}

/** How many tasks each key holds now, and whether any key ever held one. */
export async function countHeld(db: Db, workspaceId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .select({ keyId: tasks.workerKeyId, count: count() })
    .from(tasks)
    .where(and(eq(tasks.workspaceId, workspaceId), inArray(tasks.state, ["sent", "processing"])))
    .groupBy(tasks.workerKeyId);
  return new Map(rows.map((row) => [row.keyId ?? "", row.count]));
}

// ── Erasure ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function listOwnOfPerson(db: Db, workspaceId: string, personId: string): Promise<TaskRow[]> {
  return db
    .select()
    .from(tasks)
    .where(and(eq(tasks.workspaceId, workspaceId), eq(tasks.personId, personId)))
    .orderBy(desc(tasks.createdAt));
}

/** What names a person in his posts goes; that they were, and what they were worth, stays for the books. */
export async function blankTasksOf(db: Db, workspaceId: string, personId: string, now: Date): Promise<void> {
  await db
    .update(tasks)
    .set({
      url: "",
      address: "",
      proof: null,
      state: sql`case when ${tasks.state} in ('completed', 'failed') then ${tasks.state} else 'cancelled' end`,
      endedAt: sql`coalesce(${tasks.endedAt}, ${now.toISOString()}::timestamptz)`,
      worth: sql`case when ${tasks.state} = 'completed' then ${tasks.worth} end`,
      returnWaits: false,
      leaseUntil: null,
    })
    .where(and(eq(tasks.workspaceId, workspaceId), eq(tasks.personId, personId)));
}
