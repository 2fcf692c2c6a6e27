/** Refunds that something of our own keeps from going on: each is held and said, and a person has it tried again. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { settingAside } from "@backend/kit/set-aside.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Refund } from "../contracts.ts";
import { refundNotFound, refundNotStuck } from "../errors.ts";
import { refundStuck } from "../events.ts";
import { lockOwnRefund, updateRefund } from "../refund-queries.ts";
import { isStuck, stuck } from "../refund-state.ts";
import { lockTill } from "./lock-till.ts";
import { moveRefund } from "./move-refund.ts";
import { auditOf, presentOne, send } from "./request-refund.ts";

interface Which {
  workspaceId: string;
  refundId: string;
}

/**
 * Neither ended nor tried again by itself: the money may be at the payer's already, and another refund of it would pay twice. It stays
 * promised.
 */
async function hold(ctx: ActionContext, { workspaceId, refundId }: Which): Promise<void> {
  await lockTill(ctx.db, workspaceId);
  const refund = await lockOwnRefund(ctx.db, workspaceId, refundId);
  if (!refund || !(refund.state === "sending" || refund.state === "pending")) return;
  await updateRefund(ctx.db, refundId, { problem: stuck, askAt: null });
  const { paymentId, orderId, personId, amount, currency } = refund;
  const stuckAt = ctx.now.toISOString();
  await publish(ctx.db, refundStuck, { workspaceId, refundId, paymentId, orderId, amount, currency, stuckAt });
  await notifyLive(ctx.db, { workspaceId, topic: "payments" });
  if (orderId !== null) await notifyLive(ctx.db, { workspaceId, topic: "orders", id: orderId, personId });
}

/** The job `payments.move-refund`. */
export const moveRefundOrHold = settingAside(moveRefund, {
  work: "payments.move-refund",
  subjectOf: ({ refundId }) => refundId,
  giveUp: hold,
});

/** Has a stuck refund tried again, with all its tries: the first of them looks for what earlier ones have done. */
export function retryRefund(outer: ActionContext, { refundId }: { refundId: string }): Promise<Refund> {
  return inTransaction(outer, async (ctx) => {
    await lockTill(ctx.db, ctx.actor.workspaceId);
    const refund = await lockOwnRefund(ctx.db, ctx.actor.workspaceId, refundId);
    if (!refund) throw refundNotFound();
    if (!isStuck(refund)) throw refundNotStuck();
    // What is pending stays so: its provider works on it, and is only asked after it.
    const sending = await send(ctx, refund, { state: refund.state, problem: null, unheardSince: null });
    await recordAudit(ctx, auditOf(refund, "refund.retried"));
    return presentOne(ctx, sending);
  });
}
