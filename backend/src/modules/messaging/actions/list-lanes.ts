import type { ActionContext } from "@backend/kit/context.ts";
import type { LaneStatus } from "../contracts.ts";
import { readLaneNumbers } from "../queries.ts";

/** How sending stands, bot by bot. */
export async function listLanes(ctx: ActionContext): Promise<{ items: LaneStatus[] }> {
  const numbers = await readLaneNumbers(ctx.db, ctx.actor.workspaceId);
  return {
    items: numbers.map((lane) => ({
      botId: lane.botId,
      queued: lane.queued,
      oldestQueuedAt: lane.oldestQueuedAt?.toISOString() ?? null,
      unknown: lane.unknown,
      hasOwner: lane.hasOwner,
      pausedUntil: lane.pausedUntil?.toISOString() ?? null,
      pausedReason: lane.pausedReason,
    })),
  };
}
