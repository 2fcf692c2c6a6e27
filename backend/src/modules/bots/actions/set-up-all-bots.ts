import { enqueueAll } from "@backend/kit/jobs.ts";
import type { Db } from "@db/client.ts";
import { setUpBotJob } from "../jobs.ts";
import { listActiveBots } from "../queries.ts";

/** At start: one job per active bot. Addresses and modes may have changed since the last start. */
export async function setUpAllBots(db: Db): Promise<void> {
  const active = await listActiveBots(db);
  await enqueueAll(
    db,
    setUpBotJob,
    active.map(({ id, workspaceId }) => ({ workspaceId, botId: id })),
  );
}
