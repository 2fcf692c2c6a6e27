import type { ActionContext } from "@backend/kit/context.ts";
import { systemActor } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { stepJob } from "../jobs.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { listAtWork, listDue } from "../queries.ts";
import { launchDueOrFail, settleLateOrPause } from "./set-aside.ts";

/** The job of every minute. What one broadcast stumbles over does not keep the others from their step. */
export async function sweepBroadcasts(ctx: ActionContext<BroadcastsPorts>, _: Record<string, never>): Promise<void> {
  for (const { id, workspaceId } of await listDue(ctx.db, ctx.now))
    await guarded(ctx, id, () =>
      launchDueOrFail({ ...ctx, actor: systemActor(workspaceId) }, { broadcastId: id, workspaceId }),
    );
  for (const { id, workspaceId } of await listAtWork(ctx.db, ctx.now)) {
    const of = { broadcastId: id, workspaceId };
    await guarded(ctx, id, () => settleLateOrPause({ ...ctx, actor: systemActor(workspaceId) }, of));
    await guarded(ctx, id, () => enqueue(ctx.db, stepJob, of));
  }
}

async function guarded(ctx: ActionContext, broadcastId: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    ctx.log.error({ err: error, broadcastId }, "a broadcast could not be swept");
  }
}
