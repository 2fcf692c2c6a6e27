import type { ActionContext } from "@backend/kit/context.ts";
import type { RefundSource } from "@db/schema/payments.ts";
import Big from "big.js";
import { sumBooked } from "../books-queries.ts";
import { transfer } from "../domain/entries.ts";
import { lockOwnPayment, type PaymentRow } from "../queries.ts";
import { insertRefund, sumRefundsOf } from "../refund-queries.ts";
import { holdIfThere, sourceOf } from "../refund-source.ts";
import { book } from "./book.ts";
import { settleRefund } from "./settle-refund.ts";
import { bringBack } from "./taken-back.ts";

/**
 * Notes money that went back in the provider's own cabinet: what the provider has given back in all, less what we asked it for. Called
 * in the transaction that took in or found the payment, which has the till. Answers with the amount; null when there is none.
 */
export async function noteOutsideRefunds(
  ctx: ActionContext,
  paymentId: string,
  refunded: string,
): Promise<string | null> {
  if (new Big(refunded).eq(0)) return null;
  const found = await lockOwnPayment(ctx.db, ctx.actor.workspaceId, paymentId);
  const payment = found && (await withoutChargeback(ctx, found, refunded));
  if (!payment) return null;
  const { promised, atProvider } = await sumRefundsOf(ctx.db, paymentId);
  const unknown = new Big(refunded).minus(atProvider);
  const left = new Big(payment.amount).minus(promised);
  const amount = unknown.gt(left) ? left : unknown;
  if (amount.gt(0)) await giveBackOutside(ctx, payment, amount.toFixed(), null);
  await bookExcess(ctx, payment, unknown.minus(amount));
  return unknown.gt(0) ? unknown.toFixed() : null;
}

/**
 * Money that the nightly comparison missed has left the books already: here its provider says itself what became of it, which decides about
 * it. Null for what was decided before: its money has moved once.
 */
async function withoutChargeback(
  ctx: ActionContext,
  payment: PaymentRow,
  refunded: string,
): Promise<PaymentRow | null> {
  if (payment.checkReason !== "charged_back" || payment.state === "settled") return payment;
  if (payment.state === "returned") return null;
  const isWhole = new Big(refunded).gte(payment.amount);
  return bringBack(ctx, payment, {
    checkReason: isWhole ? "charged_back" : null,
    resolution: "refunded",
    resolvedAt: ctx.now,
  });
}

const excessCause = "refund.excess";

/**
 * More went back than there was: the customer had it on his balance already, and from the provider's cabinet as well. The order has ended
 * and no refund can say it; our loss, so that the books hold what the provider has.
 */
async function bookExcess(ctx: ActionContext, payment: PaymentRow, total: Big): Promise<void> {
  const { workspaceId, id, provider: holder, currency } = payment;
  const known = await sumBooked(ctx.db, workspaceId, excessCause, id);
  const excess = total.minus(known);
  if (!excess.gt(0)) return;
  await book(ctx.db, {
    workspaceId,
    cause: excessCause,
    causeId: `${id}:${total.toFixed()}`,
    at: ctx.now,
    entries: transfer({ kind: "revenue" }, { kind: "provider", holder }, currency, excess.toFixed()),
  });
  ctx.log.warn({ workspaceId, paymentId: id, excess: excess.toFixed(), currency }, "more went back than came");
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
  if (source === "customer" && !(await holdIfThere(ctx, { id, workspaceId, personId, amount, currency, asked: 0 })))
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
