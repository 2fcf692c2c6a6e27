import type { Db } from "@db/client.ts";
import { clearLanePause, clearTokenPause, ensureLane, wakeLane } from "../queries.ts";
import { laneChannel, lookWord } from "./queue-delivery.ts";

/** A bot has a working token (again, or another one): its lane sends what waits. Told to the lanes at commit. */
export async function resumeLane(db: Db, botId: string): Promise<void> {
  await ensureLane(db, botId, laneChannel);
  await clearLanePause(db, botId);
  await wakeLane(db, `${botId}|${lookWord}`, laneChannel);
}

/** Telegram takes the bot's token after all: a message that was sent with the former one may have stopped the lane. */
export async function endTokenPause(db: Db, botId: string): Promise<void> {
  if (await clearTokenPause(db, botId)) await wakeLane(db, `${botId}|${lookWord}`, laneChannel);
}
