import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { resendUnknown as resendDeliveries, settledOf } from "@backend/modules/messaging/index.ts";
import { batchRows } from "../domain/ahead.ts";
import { apply } from "../engine/settle.ts";
import { broadcastNotFound } from "../errors.ts";
import { stepJob } from "../jobs.ts";
import { lockOwnBroadcast } from "../queries.ts";
import { listUnknown } from "../recipients-queries.ts";

/**
 * A person decides that messages whose outcome nobody knows go out once more, though some may then arrive twice. Answers with how
 * many. What became known meanwhile stays as it is.
 */
export function resendUnknown(outer: ActionContext, input: { broadcastId: string }): Promise<{ count: number }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const row = await lockOwnBroadcast(ctx.db, workspaceId, input.broadcastId);
    if (!row) throw broadcastNotFound();
    let sent = 0;
    for (let after: bigint | null = 0n; after !== null; ) {
      const open = await listUnknown(ctx.db, row.id, after, batchRows);
      const deliveryIds = open.map(({ deliveryId }) => deliveryId);
      // Those that retention has deleted, or that are on their way again already, are not ours to move.
      const settled = await settledOf(ctx.db, deliveryIds);
      const unknown = new Set(settled.filter(({ state }) => state === "unknown").map(({ id }) => id));
      const again = open.filter(({ deliveryId }) => unknown.has(deliveryId));
      await resendDeliveries(ctx.db, workspaceId, [...unknown]);
      const outcomes = again.map(({ id }) => ({ id, state: "queued" as const, reason: null, at: ctx.now }));
      sent += await apply(ctx, row.id, "unknown", again, outcomes);
      after = open.length === batchRows ? (open.at(-1)?.id ?? null) : null;
    }
    await recordAudit(ctx, {
      action: "broadcast.resent",
      subjectKind: "broadcast",
      subjectId: row.id,
      after: { count: sent },
    });
    if (sent > 0) await enqueue(ctx.db, stepJob, { broadcastId: row.id, workspaceId });
    await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: row.id });
    return { count: sent };
  });
}
