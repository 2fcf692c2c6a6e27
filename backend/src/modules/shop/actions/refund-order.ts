import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { lockCustomer, ratesInto, requestRefund } from "@backend/modules/payments/index.ts";
import Big from "big.js";
import { readSettings } from "../catalog-queries.ts";
import { isMore, isPayable, isZero, least, minus, plain, plus } from "../domain/money.ts";
import { orderCannot, orderNotFound, refundAmountInvalid, refundTooHigh } from "../errors.ts";
import { tellStory } from "../move-order.ts";
import type { RefundOrder, RefundsAsked } from "../order-contracts.ts";
import { findOwnOrder, lockOwnOrder, type OrderRow } from "../order-queries.ts";
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
    const found = await findOwnOrder(ctx.db, workspaceId, input.orderId);
    if (!found) throw orderNotFound();
    // Payments locks a payment before its order: so the order is locked last, and first those who ask for refunds of one buyer.
    await lockCustomer(ctx.db, found.personId);
    // In this order: a refund that settles in between is counted twice, and never not at all.
    const room = await roomOf(ctx.db, found);
    const order = (await findOwnOrder(ctx.db, workspaceId, found.id)) ?? found;
    if (order.paidAt === null || order.state === "refunded") throw orderCannot(order.state);
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
    // Another package may have taken this one's place meanwhile, and given back what was unused. It locks the order and then looks for
    // promises; here the promise is made and then the order is locked: so one of the two sees the other.
    const stands = await lockOwnOrder(ctx.db, workspaceId, order.id);
    const still = stands ? refundable(stands, room) : "0";
    if (isMore(amount, still)) throw refundTooHigh({ amount: still, currency });
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
