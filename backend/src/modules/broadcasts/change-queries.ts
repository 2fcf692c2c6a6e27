/** SQL of changes of what was delivered. `Own` in a name: of the given workspace; a stranger's is not found. */
import type { Db } from "@db/client.ts";
import { broadcastChanges, broadcastRecipients } from "@db/schema/broadcasts.ts";
import { and, asc, desc, eq, gt, inArray, lte, sql } from "drizzle-orm";

export type ChangeRow = typeof broadcastChanges.$inferSelect;

const delivered = (broadcastId: string, variants: readonly number[]) =>
  and(
    eq(broadcastRecipients.broadcastId, broadcastId),
    eq(broadcastRecipients.state, "sent"),
    inArray(broadcastRecipients.variant, [...variants]),
  );

/** How many got these variants, and the last of them. */
export async function measureDelivered(
  db: Db,
  broadcastId: string,
  variants: readonly number[],
): Promise<{ count: number; ceiling: bigint }> {
  const [row] = await db
    .select({
      count: sql<number>`count(*)::int`,
      ceiling: sql<string>`coalesce(max(${broadcastRecipients.id}), 0)::text`,
    })
    .from(broadcastRecipients)
    .where(delivered(broadcastId, variants));
  return { count: row?.count ?? 0, ceiling: BigInt(row?.ceiling ?? 0) };
}

export interface DeliveredRow {
  id: bigint;
  botId: string;
  subscriberId: number | null;
  telegramId: number | null;
  deliveryId: bigint | null;
  doneAt: Date | null;
}

export const sliceDelivered = (
  db: Db,
  change: Pick<ChangeRow, "broadcastId" | "variants" | "checkpoint" | "ceiling">,
  size: number,
): Promise<DeliveredRow[]> =>
  db
    .select({
      id: broadcastRecipients.id,
      botId: broadcastRecipients.botId,
      subscriberId: broadcastRecipients.subscriberId,
      telegramId: broadcastRecipients.telegramId,
      deliveryId: broadcastRecipients.deliveryId,
      doneAt: broadcastRecipients.doneAt,
    })
    .from(broadcastRecipients)
    .where(
      and(
        delivered(change.broadcastId, change.variants),
        gt(broadcastRecipients.id, change.checkpoint),
        lte(broadcastRecipients.id, change.ceiling),
      ),
    )
    .orderBy(asc(broadcastRecipients.id))
    .limit(size);

/** Null: another change of this broadcast is under way. */
export async function insertChange(db: Db, values: typeof broadcastChanges.$inferInsert): Promise<ChangeRow | null> {
  const [row] = await db.insert(broadcastChanges).values(values).onConflictDoNothing().returning();
  return row ?? null;
}

export async function lockOwnChange(db: Db, workspaceId: string, changeId: string): Promise<ChangeRow | null> {
  const [row] = await db
    .select()
    .from(broadcastChanges)
    .where(and(eq(broadcastChanges.workspaceId, workspaceId), eq(broadcastChanges.id, changeId)))
    .for("update");
  return row ?? null;
}

export async function updateChange(
  db: Db,
  id: string,
  values: Partial<Pick<ChangeRow, "state" | "checkpoint" | "done" | "failed" | "skipped" | "open" | "finishedAt">>,
): Promise<ChangeRow> {
  const [row] = await db.update(broadcastChanges).set(values).where(eq(broadcastChanges.id, id)).returning();
  if (!row) throw new Error("a locked change is not there");
  return row;
}

/** Newest first. */
export const listOwnChanges = (db: Db, workspaceId: string, broadcastId: string): Promise<ChangeRow[]> =>
  db
    .select()
    .from(broadcastChanges)
    .where(and(eq(broadcastChanges.workspaceId, workspaceId), eq(broadcastChanges.broadcastId, broadcastId)))
    .orderBy(desc(broadcastChanges.createdAt), desc(broadcastChanges.id))
    .limit(100);
