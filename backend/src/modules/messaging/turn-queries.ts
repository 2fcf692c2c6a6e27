/** SQL of who waits for whom at a bot's row. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

/**
 * Waits for every transaction that is queueing for a bot: a message holds its bot's row by foreign key until it is committed, and
 * could not be seen by whoever cancels before that. So queueing itself needs no lock of the lane.
 */
export async function awaitQueueing(db: Db, botId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(${turnAt(botId)})`);
  await db.execute(sql`select 1 from bots where id = ${botId} for update`);
}

const turnAt = (botId: string) => sql`hashtextextended(${`turn-at-bot:${botId}`}, 0)`;

/**
 * At the beginning of each transaction of many that hold a bot's row one over another, as an import's batches: rows have no queue for such
 * holders, so that whoever waits for all of them (`awaitQueueing`) would never have his turn.
 */
export async function takeTurnAt(db: Db, botId: string): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock_shared(${turnAt(botId)})`);
}
