import type { Db } from "@db/client.ts";
import { requeueUnknown, wakeLane } from "../queries.ts";
import { laneChannel } from "./queue-delivery.ts";

/**
 * A person decides that messages whose outcome is unknown go out again (and may then arrive twice). `ids` null means all of
 * the workspace, a thousand at a time. Answers with how many were queued.
 */
export async function resendUnknown(db: Db, workspaceId: string, ids: readonly bigint[] | null): Promise<number> {
  const bots = await requeueUnknown(db, workspaceId, ids);
  for (const { botId } of bots) await wakeLane(db, botId, laneChannel);
  return bots.reduce((sum, { count }) => sum + count, 0);
}
