import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { lockTill, ratesInto, requestRefund } from "@backend/modules/payments/index.ts";
import Big from "big.js";
import { readSettings } from "../catalog-queries.ts";
import { isMore, isPayable, isZero, least, minus, plain, plus } from "../domain/money.ts";
import { orderCannot, orderNotFound, refundAmountInvalid, refundTooHigh } from "../errors.ts";
import { tellStory } from "../move-order.ts";
import type { RefundOrder, RefundsAsked } from "../order-contracts.ts";
import { findOwnOrder, type OrderRow } from "../order-queries.ts";
import { presentOrder } from "../present-orders.ts";
import { refundable, refundableOf, roomOf } from "../refundable.ts";

/** How far back a rate may lie that an amount is compared with a limit by. */
const ratesSinceMs = 30 * 86_400_000;

/**
 * Promises money of an order back; payments sends it, and the shop follows when it has gone. What a provider took goes back through it
 * first; what the balance gave, or what goes to the balance, goes there. Above the limit of the settings a second person has to agree, and
 * the limit counts everything that was ever given back of the order. Throws shop.refund_too_high, shop.refund_amount_invalid,
 * shop.cannot_now.<state>, and what payments refuses.
 */
export function refundOrder(outer: ActionContext, input: RefundOrder & { orderId: string }): Promise<RefundsAsked> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    // Nothing settles, ends or is promised back of this order meanwhile.
    await lockTill(ctx.db, workspaceId);
    const order = await findOwnOrder(ctx.db, workspaceId, input.orderId);
    if (!order) throw orderNotFound();
    if (order.paidAt === null || order.state === "refunded") throw orderCannot(order.state);
    const room = await roomOf(ctx.db, order);
    const left = refundable(order, room);
    const amount = plain(input.amount ?? left);
    const { currency } = order;
    if (isZero(amount) || !isPayable(amount, currency)) throw refundAmountInvalid();
    if (isMore(amount, left)) throw refundTooHigh({ amount: left, currency });
    const needsSecond = await isAboveLimit(ctx, order, plus(plus(order.refunded, room.underWay), amount));
    const ofPayment = least(amount, room.ofPayment);
    const parts = [
      { paymentId: order.paymentId, amount: ofPayment, to: input.to },
      { paymentId: null, amount: minus(amount, ofPayment), to: "balance" as const },
    ].filter((part) => !isZero(part.amount));
    const reason = input.reason?.trim() || null;
    const refunds = [];
    for (const part of parts) {
      const { id } = await requestRefund(ctx, {
        ...part,
        orderId: order.id,
        personId: order.personId,
        currency,
        reason,
        needsSecond,
      });
      refunds.push({ id, amount: part.amount, currency, to: part.to, needsSecond });
    }
    await tellStory({ db: ctx.db, now: ctx.now }, order, [
      {
        kind: needsSecond ? "refund_asked" : "refund_begun",
        details: { amount, currency, ...(reason ? { words: reason } : {}) },
        by: ctx.actor.kind === "person" ? ctx.actor.personId : null,
      },
    ]);
    await recordAudit(ctx, {
      action: "order.refund_asked",
      subjectKind: "order",
      subjectId: order.id,
      after: { number: order.number, amount, currency, to: input.to, needsSecond },
    });
    return { order: await presentOrder(ctx, order, await refundableOf(ctx.db, order)), refunds };
  });
}

/** By today's rate. Without one nobody can say that it is below: then a second person is asked. */
async function isAboveLimit(ctx: ActionContext, { currency }: OrderRow, amount: string): Promise<boolean> {
  const { refundLimit, reportingCurrency } = await readSettings(ctx.db, ctx.actor.workspaceId);
  if (refundLimit === null) return false;
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const rateOf = await ratesInto(ctx.db, reportingCurrency, day(ctx.now.getTime() - ratesSinceMs));
  const rate = rateOf(currency, day(ctx.now.getTime()));
  return rate === null || isMore(new Big(amount).times(rate).toFixed(), refundLimit);
}
