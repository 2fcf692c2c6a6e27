import type { ActionContext } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import Big from "big.js";
import { transfer } from "../domain/entries.ts";
import { paymentNeedsCheck, refundSettled } from "../events.ts";
import { lockOwnPayment, updatePayment } from "../queries.ts";
import { lockOwnRefund, type RefundRow, updateRefund } from "../refund-queries.ts";
import { accountOf, releaseHold } from "../refund-source.ts";
import { waitingMoney } from "../waiting-queries.ts";
import { book } from "./book.ts";
import { giveUpInvoices } from "./give-up-invoices.ts";
import { lockTill } from "./lock-till.ts";
import { stopSubscriptionOf } from "./stop-subscription.ts";

/**
 * The money has gone back: books, payment and refund, and the fact that others react to, in the caller's transaction. A refund that is
 * settled already stays as it is.
 */
export async function settleRefund(ctx: ActionContext, given: RefundRow, providerRef: string | null): Promise<void> {
  const { workspaceId, paymentId } = given;
  await lockTill(ctx.db, workspaceId);
  const payment = paymentId === null ? null : await lockOwnPayment(ctx.db, workspaceId, paymentId);
  const refund = await lockOwnRefund(ctx.db, workspaceId, given.id);
  if (!refund || !(refund.state === "sending" || refund.state === "pending")) return;
  const { id: refundId, orderId, personId, currency, to, isOutside } = refund;
  const amount = new Big(refund.amount).toFixed();
  const target =
    to === "provider"
      ? ({ kind: "provider", holder: payment?.provider ?? "" } as const)
      : ({ kind: "customer", holder: personId ?? "" } as const);
  await book(ctx.db, {
    workspaceId,
    cause: "refund",
    causeId: refundId,
    at: ctx.now,
    entries: transfer(accountOf(refund), target, currency, amount),
  });
  await updateRefund(ctx.db, refundId, {
    state: "succeeded",
    providerRef: providerRef ?? refund.providerRef,
    problem: null,
    unheardSince: null,
    askAt: null,
    endedAt: ctx.now,
  });
  if (payment) {
    const refunded = new Big(payment.refunded).plus(amount);
    const isWhole = refunded.gte(payment.amount);
    await updatePayment(ctx.db, payment.id, {
      refunded: refunded.toFixed(),
      ...(isWhole ? { state: "returned" as const } : {}),
      ...(isWhole && payment.state === "to_check" && payment.resolution === null
        ? { resolution: "refunded" as const, resolvedAt: ctx.now }
        : {}),
    });
    // It went back before somebody could decide about it, which decides.
    if (isWhole && payment.state === "to_check") {
      await stopSubscriptionOf(ctx, payment);
      const isLast = payment.orderId !== null && (await waitingMoney(ctx.db, payment.orderId)).length === 0;
      if (payment.orderId !== null && isLast) await giveUpInvoices(ctx, payment, payment.orderId);
    }
  }
  await publish(ctx.db, refundSettled, {
    workspaceId,
    refundId,
    paymentId,
    orderId,
    personId,
    amount,
    currency,
    to,
    isOutside,
  });
  await notifyLive(ctx.db, { workspaceId, topic: "payments" });
}

/**
 * It did not happen, and will not: the money stays where it was, and may be asked for again. `isUnheard`: whether it happened is not known,
 * so that whoever asks again must look first.
 */
export async function endRefund(
  ctx: ActionContext,
  given: RefundRow,
  state: "failed" | "cancelled",
  problem: string | null,
  { isUnheard = false }: { isUnheard?: boolean } = {},
): Promise<void> {
  const { workspaceId, paymentId } = given;
  await lockTill(ctx.db, workspaceId);
  const payment = paymentId === null ? null : await lockOwnPayment(ctx.db, workspaceId, paymentId);
  const refund = await lockOwnRefund(ctx.db, workspaceId, given.id);
  if (!refund || refund.endedAt !== null) return;
  if (refund.source === "customer") await releaseHold(ctx, refund);
  const unheardSince = isUnheard ? (refund.unheardSince ?? ctx.now) : null;
  await updateRefund(ctx.db, refund.id, { state, problem, unheardSince, askAt: null, endedAt: ctx.now });
  // Somebody must decide anew about money that waits.
  if (payment?.state === "to_check" && refund.source === "to_check") {
    await updatePayment(ctx.db, payment.id, { resolution: null, resolvedBy: null, resolvedAt: null });
    const { id, provider, checkReason, amount, refunded, currency } = payment;
    await publish(ctx.db, paymentNeedsCheck, {
      workspaceId,
      paymentId: id,
      orderId: payment.orderId,
      provider,
      reason: checkReason ?? "unknown_invoice",
      amount: new Big(amount).minus(refunded).toFixed(),
      currency,
    });
  }
  await notifyLive(ctx.db, { workspaceId, topic: "payments" });
  const { orderId, personId } = refund;
  if (orderId !== null) await notifyLive(ctx.db, { workspaceId, topic: "orders", id: orderId, personId });
}
