/** Money that its provider took away again (a chargeback). The books follow once, whoever tells of it and however often. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import Big from "big.js";
import { type Entry, transfer } from "../domain/entries.ts";
import { paymentNeedsCheck } from "../events.ts";
import { lockOwnPayment, type PaymentRow, updatePayment } from "../queries.ts";
import { book } from "./book.ts";
import { lockTill } from "./lock-till.ts";

/** What is left of it: a part may have gone back already. */
export const leftOf = ({ amount, refunded }: PaymentRow): string => new Big(amount).minus(refunded).toFixed();

/** With the moment: a payment may be taken away, come back and be taken away again. The lock on its row keeps each from being twice. */
export const movePayment = (
  ctx: ActionContext,
  { id, workspaceId }: PaymentRow,
  cause: string,
  entries: readonly Entry[],
): Promise<boolean> =>
  book(ctx.db, { workspaceId, cause, causeId: `${id}:${ctx.now.getTime()}`, at: ctx.now, entries });

/** The books say that the provider has it no more; what that means is a person's to decide. */
export function markGone(outer: ActionContext, given: PaymentRow): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    await lockTill(ctx.db, given.workspaceId);
    const payment = await lockOwnPayment(ctx.db, given.workspaceId, given.id);
    if (payment?.state !== "settled") return;
    const { workspaceId, id: paymentId, orderId, provider, currency } = payment;
    const amount = leftOf(payment);
    const entries = transfer({ kind: "to_check" }, { kind: "provider", holder: provider }, currency, amount);
    await movePayment(ctx, payment, "payment.gone", entries);
    await updatePayment(ctx.db, paymentId, {
      state: "to_check",
      checkReason: "charged_back",
      resolution: null,
      resolvedBy: null,
      resolvedAt: null,
      note: null,
    });
    const fact = { workspaceId, paymentId, orderId, provider, reason: "charged_back", amount, currency };
    await publish(ctx.db, paymentNeedsCheck, fact);
    await notifyLive(ctx.db, { workspaceId, topic: "payments" });
  });
}

/** Undoes it in the books, for a locked payment: the provider has it, or says itself what became of it. */
export async function bringBack(
  ctx: ActionContext,
  payment: PaymentRow,
  values: Pick<PaymentRow, "checkReason"> & Partial<PaymentRow>,
): Promise<PaymentRow> {
  const { provider: holder, currency } = payment;
  const entries = transfer({ kind: "provider", holder }, { kind: "to_check" }, currency, leftOf(payment));
  await movePayment(ctx, payment, "payment.back", entries);
  return updatePayment(ctx.db, payment.id, { ...values, state: "settled" });
}
