/** SQL of plans and of what is due. */
import type { Db } from "@db/client.ts";
import { broadcasts } from "@db/schema/broadcasts.ts";
import { and, asc, desc, eq, lte, notInArray, sql } from "drizzle-orm";
import { type Broadcast, readBroadcast } from "./queries.ts";

/** The plan that has been due longest, of all workspaces; another process' is passed over. */
export async function lockDuePlan(db: Db, now: Date, except: readonly string[]): Promise<Broadcast | null> {
  const [row] = await db
    .select()
    .from(broadcasts)
    .where(
      and(
        eq(broadcasts.state, "scheduled"),
        eq(broadcasts.kind, "recurring"),
        lte(broadcasts.runAt, now),
        except.length === 0 ? undefined : notInArray(broadcasts.id, [...except]),
      ),
    )
    .orderBy(asc(broadcasts.runAt), asc(broadcasts.id))
    .limit(1)
    .for("update", { skipLocked: true });
  return readBroadcast(row);
}

/** One more failed try; answers how many there are now. */
export async function countTry(db: Db, id: string): Promise<number> {
  const [row] = await db
    .update(broadcasts)
    .set({ tries: sql`${broadcasts.tries} + 1` })
    .where(eq(broadcasts.id, id))
    .returning({ tries: broadcasts.tries });
  return row?.tries ?? 0;
}

/**
 * The run of a plan for one moment, scheduled for it. Once per moment by constraint (`broadcasts_one_run`), whoever makes it; null when
 * it was made before.
 */
export async function insertRun(db: Db, plan: Broadcast, runAt: Date): Promise<string | null> {
  const { workspaceId, name, botIds, chatIds, segmentId, condition, categoryId, variants, experiment, options } = plan;
  const [row] = await db
    .insert(broadcasts)
    .values({
      kind: "run",
      parentId: plan.id,
      state: "scheduled",
      schedule: { kind: "now" },
      runAt,
      createdBy: plan.createdBy,
      launchedBy: plan.launchedBy,
      ...{ workspaceId, name, botIds, chatIds, segmentId, condition, categoryId, variants, experiment, options },
    })
    .onConflictDoNothing()
    .returning({ id: broadcasts.id });
  return row?.id ?? null;
}

/** Without what they say: the last fifty of a plan would be megabytes of letters. */
export const listRunsOf = (db: Db, planId: string, limit: number) =>
  db
    .select({
      id: broadcasts.id,
      state: broadcasts.state,
      runAt: broadcasts.runAt,
      createdAt: broadcasts.createdAt,
      startedAt: broadcasts.startedAt,
      total: broadcasts.total,
      sent: broadcasts.sent,
      clicked: broadcasts.clicked,
    })
    .from(broadcasts)
    .where(eq(broadcasts.parentId, planId))
    .orderBy(desc(broadcasts.runAt), desc(broadcasts.id))
    .limit(limit);
