import type { Db } from "@db/client.ts";
import { requeueUnknown, wakeLane } from "../queries.ts";
import { laneChannel } from "./queue-delivery.ts";

/**
 * A person decides that messages whose outcome is unknown go out again (and may then arrive twice). `ids` null means all of
 * the workspace, a thousand at a time. Answers with those that were queued: not what became known meanwhile, nor what belongs to a
 * bot that was given up.
 */
export async function resendUnknown(db: Db, workspaceId: string, ids: readonly bigint[] | null): Promise<bigint[]> {
  const again = await requeueUnknown(db, workspaceId, ids);
  for (const botId of new Set(again.map((one) => one.botId))) await wakeLane(db, botId, laneChannel);
  return again.map(({ id }) => id);
}
