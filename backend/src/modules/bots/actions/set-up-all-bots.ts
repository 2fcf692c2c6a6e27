import { enqueue } from "@backend/kit/jobs.ts";
import type { Db } from "@db/client.ts";
import { setUpBotJob } from "../jobs.ts";
import { listActiveBots } from "../queries.ts";

/** At start: one job per active bot. Addresses and modes may have changed since the last start. */
export async function setUpAllBots(db: Db): Promise<void> {
  for (const bot of await listActiveBots(db))
    await enqueue(db, setUpBotJob, { workspaceId: bot.workspaceId, botId: bot.id });
}
