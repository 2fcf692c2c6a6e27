/** SQL of batches. `Own`: of the given workspace. */
import type { Db } from "@db/client.ts";
import { conversionBatches } from "@db/schema/conversions.ts";
import { and, desc, eq, gt, or, sql } from "drizzle-orm";

export type BatchRow = typeof conversionBatches.$inferSelect;

/** Null when one is running already: the index `conversion_batches_one_running` decides, also between two requests at once. */
export async function insertBatch(db: Db, values: typeof conversionBatches.$inferInsert): Promise<BatchRow | null> {
  const [row] = await db.insert(conversionBatches).values(values).onConflictDoNothing().returning();
  return row ?? null;
}

const own = (workspaceId: string, id: string) =>
  and(eq(conversionBatches.workspaceId, workspaceId), eq(conversionBatches.id, id));

export async function findOwnBatch(db: Db, workspaceId: string, id: string): Promise<BatchRow | null> {
  const [row] = await db.select().from(conversionBatches).where(own(workspaceId, id));
  return row ?? null;
}

/** For the slice that is about to be done: a second run of the same job waits, and then finds the checkpoint moved. */
export async function lockOwnBatch(db: Db, workspaceId: string, id: string): Promise<BatchRow | null> {
  const [row] = await db.select().from(conversionBatches).where(own(workspaceId, id)).for("update");
  return row ?? null;
}

export async function findLatestOwnBatch(db: Db, workspaceId: string, since: Date): Promise<BatchRow | null> {
  const [row] = await db
    .select()
    .from(conversionBatches)
    .where(
      and(
        eq(conversionBatches.workspaceId, workspaceId),
        or(eq(conversionBatches.state, "running"), gt(conversionBatches.finishedAt, since)),
      ),
    )
    .orderBy(desc(eq(conversionBatches.state, "running")), desc(conversionBatches.createdAt))
    .limit(1);
  return row ?? null;
}

/** What somebody searched for may be a person's name, which nobody would find here to erase it; once it has ended it is not needed. */
const withoutSearch = sql`${conversionBatches.filter} - 'search'`;

/** Moves the checkpoint, while it runs: a stop that came meanwhile stands. */
export async function advanceBatch(
  db: Db,
  row: BatchRow,
  to: { checkpointId: bigint; done: number; made: number; isDone: boolean; now: Date },
): Promise<void> {
  await db
    .update(conversionBatches)
    .set({
      checkpointId: to.checkpointId,
      doneCount: sql`${conversionBatches.doneCount} + ${to.done}`,
      madeCount: sql`${conversionBatches.madeCount} + ${to.made}`,
      ...(to.isDone ? { state: "done" as const, finishedAt: to.now, filter: withoutSearch } : {}),
    })
    .where(
      and(
        eq(conversionBatches.id, row.id),
        eq(conversionBatches.state, "running"),
        eq(conversionBatches.checkpointId, row.checkpointId),
      ),
    );
}

/** Before its end: a person stopped it, or it fails every time. Null when it has ended already. */
export async function stopOwnBatch(
  db: Db,
  workspaceId: string,
  id: string,
  now: Date,
  state: "stopped" | "failed" = "stopped",
): Promise<BatchRow | null> {
  const [row] = await db
    .update(conversionBatches)
    .set({ state, finishedAt: now, filter: withoutSearch })
    .where(and(own(workspaceId, id), eq(conversionBatches.state, "running")))
    .returning();
  return row ?? null;
}
