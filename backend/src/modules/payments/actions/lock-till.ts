import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

/**
 * One workspace's money and orders move one transaction after another, over all processes, until the caller's commits. Taken before every
 * row that has to do with money: a settlement books before it knows its order, a refund gives stock back after it has booked, and an
 * upgrade touches another package's currency, so that no order of single locks fits them all, and two could wait for each other. Nothing
 * is lost by it: they would wait all the same, for the accounts that a workspace's payments share and for the number of its next order.
 */
export async function lockTill(db: Db, workspaceId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`till ${workspaceId}`}, 0))`);
}
