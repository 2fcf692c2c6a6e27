import type { ActionContext } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recountAnswers } from "../attribution-queries.ts";

/** The job: what recipients did, counted from themselves, so that no lost or doubled call can make it drift. */
export async function countAnswers(
  ctx: ActionContext,
  input: { workspaceId: string; broadcastId: string },
): Promise<void> {
  await recountAnswers(ctx.db, input.broadcastId);
  await notifyLive(ctx.db, { workspaceId: input.workspaceId, topic: "broadcasts", id: input.broadcastId });
}
