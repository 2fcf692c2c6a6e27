/** Tells open screens that something changed: through PostgreSQL's NOTIFY, so that it works over any number of processes. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

export const liveChannel = "switchboard_live";

/** `topic` names a query key prefix of the app ("conversions", "deliveries"); `id` the one thing that changed, if it is one. */
export interface LiveEvent {
  workspaceId: string;
  topic: string;
  id?: string;
}

/** Sent at commit of the transaction that `db` is; PostgreSQL drops exact repeats within one transaction. */
export async function notifyLive(db: Db, event: LiveEvent): Promise<void> {
  await db.execute(sql`select pg_notify(${liveChannel}, ${JSON.stringify(event)})`);
}
