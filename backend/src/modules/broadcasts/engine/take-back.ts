/** What waits in the lanes is taken back, so that a pause or an end lets out no more than what is under way. */
import type { ActionContext } from "@backend/kit/context.ts";
import { takeBackQueued } from "@backend/modules/messaging/index.ts";
import { batchRows } from "../domain/ahead.ts";
import { listOpen, type Open, type Outcome } from "../recipients-queries.ts";
import { apply } from "./settle.ts";

/**
 * Takes these messages back and gives their recipients a new state. Those that a lane has begun keep theirs, and are settled when
 * they have ended. Answers with how many.
 */
export async function withdraw(
  ctx: ActionContext,
  broadcastId: string,
  open: readonly Open[],
  to: Pick<Outcome, "state" | "reason">,
): Promise<number> {
  const taken = await takeBackQueued(
    ctx.db,
    ctx.actor.workspaceId,
    open.map(({ deliveryId }) => deliveryId),
  );
  const gone = new Set(taken);
  const outcomes = open.filter(({ deliveryId }) => gone.has(deliveryId)).map(({ id }) => ({ id, at: ctx.now, ...to }));
  return apply(ctx, broadcastId, "queued", open, outcomes);
}

/** Everything of these bots that waits: planned again, or cancelled with the broadcast. The caller holds its lock. */
export async function takeBack(
  ctx: ActionContext,
  broadcastId: string,
  botIds: readonly string[],
  state: "planned" | "cancelled",
): Promise<void> {
  for (const botId of botIds) {
    for (;;) {
      const open = await listOpen(ctx.db, broadcastId, [botId], "newest", batchRows);
      const taken = await withdraw(ctx, broadcastId, open, { state, reason: null });
      // The newest wait longest: behind a page that was all under way or ended there is nothing to take back either.
      if (open.length < batchRows || taken === 0) break;
    }
  }
}
