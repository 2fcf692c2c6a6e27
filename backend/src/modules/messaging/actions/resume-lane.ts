import type { Db } from "@db/client.ts";
import { clearLanePause, ensureLane, wakeLane } from "../queries.ts";
import { laneChannel } from "./queue-delivery.ts";

/** A bot has a working token (again): its lane sends what waits. Told to the lanes at commit. */
export async function resumeLane(db: Db, botId: string): Promise<void> {
  await ensureLane(db, botId, laneChannel);
  await clearLanePause(db, botId);
  await wakeLane(db, botId, laneChannel);
}
