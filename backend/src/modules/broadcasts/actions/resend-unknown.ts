import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { resendUnknown as resendDeliveries } from "@backend/modules/messaging/index.ts";
import { batchRows } from "../domain/ahead.ts";
import { apply } from "../engine/settle.ts";
import { broadcastNotFound } from "../errors.ts";
import { stepJob } from "../jobs.ts";
import { lockOwnBroadcast } from "../queries.ts";
import { listUnknown } from "../recipients-queries.ts";

/**
 * A person decides that messages whose outcome nobody knows go out once more, though some may then arrive twice. Answers with how
 * many really do. What became known meanwhile, was deleted by retention or belongs to a bot that was given up stays as it is.
 */
export function resendUnknown(outer: ActionContext, input: { broadcastId: string }): Promise<{ count: number }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const row = await lockOwnBroadcast(ctx.db, workspaceId, input.broadcastId);
    if (!row) throw broadcastNotFound();
    let sent = 0;
    for (let after: bigint | null = 0n; after !== null; ) {
      const open = await listUnknown(ctx.db, row.id, after, batchRows);
      const ids = open.map(({ deliveryId }) => deliveryId);
      const queued = new Set(await resendDeliveries(ctx.db, workspaceId, ids));
      const again = open.filter(({ deliveryId }) => queued.has(deliveryId));
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
