import type { ActionContext } from "@backend/kit/context.ts";
import type { RefundSource } from "@db/schema/payments.ts";
import Big from "big.js";
import { lockOwnPayment, type PaymentRow } from "../queries.ts";
import { insertRefund, sumRefundsOf } from "../refund-queries.ts";
import { holdIfThere, sourceOf } from "../refund-source.ts";
import { settleRefund } from "./settle-refund.ts";

/**
 * Notes money that went back in the provider's own cabinet: what the provider has given back in all, less what we asked it for. Called
 * in the transaction that took in or found the payment. Answers with the amount; null when there is nothing new.
 */
export async function noteOutsideRefunds(
  ctx: ActionContext,
  paymentId: string,
  refunded: string,
): Promise<string | null> {
  if (new Big(refunded).eq(0)) return null;
  const payment = await lockOwnPayment(ctx.db, ctx.actor.workspaceId, paymentId);
  if (!payment) return null;
  const { promised, atProvider } = await sumRefundsOf(ctx.db, paymentId);
  const unknown = new Big(refunded).minus(atProvider);
  const left = new Big(payment.amount).minus(promised);
  const amount = unknown.gt(left) ? left : unknown;
  if (!amount.gt(0)) return null;
  await giveBackOutside(ctx, payment, amount.toFixed(), null);
  return amount.toFixed();
}

/** Books a refund that has happened already. What its customer has spent meanwhile is our loss: it comes out of revenue. */
export async function giveBackOutside(
  ctx: ActionContext,
  payment: PaymentRow,
  amount: string,
  from: RefundSource | null,
): Promise<void> {
  const { workspaceId, id: paymentId, orderId, personId, currency } = payment;
  const id = crypto.randomUUID();
  let source = from ?? (await sourceOf(ctx.db, workspaceId, payment, orderId));
  if (source === "customer" && !(await holdIfThere(ctx, { id, workspaceId, personId, amount, currency })))
    source = "revenue";
  const refund = await insertRefund(ctx.db, {
    id,
    workspaceId,
    paymentId,
    orderId,
    personId,
    amount,
    currency,
    to: "provider",
    source,
    state: "pending",
    isOutside: true,
    createdAt: ctx.now,
  });
  await settleRefund(ctx, refund, null);
}
