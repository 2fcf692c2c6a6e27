import type { ActionContext } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { broadcastMoved } from "../events.ts";
import { type Broadcast, type NewBroadcast, updateBroadcast } from "../queries.ts";

/** Writes a new state down, and the fact that others hear of it, in the transaction that `ctx.db` is. */
export async function move(
  ctx: ActionContext,
  row: Broadcast,
  values: Partial<NewBroadcast> & Pick<NewBroadcast, "state">,
): Promise<Broadcast> {
  const next = await updateBroadcast(ctx.db, row.id, values);
  if (next.state !== row.state)
    await publish(ctx.db, broadcastMoved, {
      workspaceId: next.workspaceId,
      broadcastId: next.id,
      name: next.name,
      from: row.state,
      state: next.state,
      reason: next.stateReason,
      total: next.total,
      sent: next.sent,
      failed: next.failed,
      unknown: next.unknown,
      skipped: next.skipped,
    });
  return next;
}
