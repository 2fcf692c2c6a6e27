/** What the shop does when money moved. Each runs in the transaction of the fact: a paid order without its payment is never seen. */
import { systemClock } from "@backend/kit/clock.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import {
  type invoiceFailed,
  type paymentNeedsCheck,
  type paymentSettled,
  type paymentTurnedAway,
  type refundSettled,
  type refundStuck,
  type subscriptionMoved,
  waitingMoney,
} from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import type { Static } from "elysia";
import { returnStock } from "./catalog-queries.ts";
import { revokeEntitlement } from "./deliver-order.ts";
import { isMore, least, minus, plus } from "./domain/money.ts";
import { mayMove } from "./domain/order.ts";
import { dayOf } from "./domain/wall.ts";
import { findEntitlementOfOrder } from "./entitlement-queries.ts";
import { type Telling, tellCustomerJob } from "./jobs.ts";
import { type At, moveOrder, standingOf, tellStory } from "./move-order.ts";
import {
  countDays,
  findLatestMonth,
  findOrderOfPayment,
  findOwnOrder,
  insertOrder,
  lockOwnOrder,
  nextNumber,
  type OrderRow,
  updateOrder,
} from "./order-queries.ts";
import { isEarned, payBorn, payOrder, reviveOrder } from "./pay-order.ts";
import { worthOf } from "./refundable.ts";
import { releaseOrder } from "./release-order.ts";
import { stopRenewal } from "./renewal.ts";

type Settled = Static<(typeof paymentSettled)["payload"]>;
type Waiting = Static<(typeof paymentNeedsCheck)["payload"]>;
type TurnedAway = Static<(typeof paymentTurnedAway)["payload"]>;
type Refunded = Static<(typeof refundSettled)["payload"]>;
type Stuck = Static<(typeof refundStuck)["payload"]>;
type SubscriptionMove = Static<(typeof subscriptionMoved)["payload"]>;
type InvoiceFailure = Static<(typeof invoiceFailed)["payload"]>;

/** Reaction to `paymentSettled`. */
export async function payOrders(db: Db, facts: readonly Settled[]): Promise<void> {
  for (const fact of facts) await takePayment({ db, now: systemClock() }, fact);
}

/**
 * The money lies on the customer's account already. It pays its order while that waits for it; an order that ended unpaid is paid only by
 * hand. Otherwise the money stays where it is, and the story says so.
 */
export async function takePayment(at: At, fact: Settled): Promise<void> {
  const order = await lockOwnOrder(at.db, fact.workspaceId, fact.orderId);
  if (!order) return;
  if (fact.isRenewal) return renewOrder(at, order, fact);
  const paying = { paymentId: fact.paymentId, source: fact.provider };
  const wanted = fact.isByHand ? await forgiveRest(at, order, fact) : order;
  if (fact.currency === wanted.currency && !isMore(wanted.due, fact.amount)) {
    if (wanted.state === "pending") {
      await payOrder(at, wanted, paying);
      return;
    }
    if (fact.isByHand && (await reviveOrder(at, wanted, paying))) return;
  }
  const { paymentId, amount, currency } = fact;
  await tellStory(at, wanted, [{ kind: "money_kept", details: { amount, currency, paymentId } }]);
  await tellOfMoney(at, wanted, "money_kept", paymentId);
  // A subscription that this money began gives nothing.
  if (wanted.paidAt === null) await stopRenewal(at, wanted);
}

const tellOfMoney = ({ db }: At, { workspaceId, id: orderId }: OrderRow, what: Telling, subject: string) =>
  enqueue(db, tellCustomerJob, { workspaceId, orderId, what, subject });

/** Reaction to `paymentNeedsCheck`. */
export async function noteWaiting(db: Db, facts: readonly Waiting[]): Promise<void> {
  for (const fact of facts) await noteWaitingMoney({ db, now: systemClock() }, fact);
}

/**
 * Somebody of the team looks at money that came for an order: its customer is told at once, so that he does not pay twice, without the
 * reason, which is the team's. Of what was taken back from the provider he has nothing to hear.
 */
export async function noteWaitingMoney(at: At, { workspaceId, orderId, ...fact }: Waiting): Promise<void> {
  if (orderId === null || fact.reason === "charged_back") return;
  const order = await findOwnOrder(at.db, workspaceId, orderId);
  if (!order) return;
  const { amount, currency, paymentId, reason } = fact;
  await tellStory(at, order, [{ kind: "money_waits", details: { amount, currency, paymentId, reason } }]);
  await tellOfMoney(at, order, "money_waits", paymentId);
}

/** Reaction to `paymentTurnedAway`. */
export async function noteTurnedAway(db: Db, facts: readonly TurnedAway[]): Promise<void> {
  for (const fact of facts) await turnAway({ db, now: systemClock() }, fact);
}

/**
 * Money does not pay its order. An order that is still open ends with it: its invoice cannot be paid once more, and whoever wants it
 * orders anew. Of money that goes back its customer hears when it has gone.
 */
export async function turnAway(at: At, { workspaceId, orderId, ...fact }: TurnedAway): Promise<void> {
  const order = orderId === null ? null : await lockOwnOrder(at.db, workspaceId, orderId);
  if (!order) return;
  const { resolution, personId, amount, currency, paymentId } = fact;
  const isHis = resolution === "to_balance" && personId === order.personId;
  const kind = isHis ? "money_to_balance" : resolution === "refunded" ? "money_returning" : "money_foreign";
  await tellStory(at, order, [{ kind, details: { amount, currency, paymentId } }]);
  if (kind !== "money_returning") await tellOfMoney(at, order, isHis ? "money_kept" : "money_foreign", paymentId);
  await endReturned(at, order);
}

/** An open order whose money does not pay it, and for which none waits any more: what its provider calls paid cannot be paid once more. */
async function endReturned(at: At, order: OrderRow): Promise<void> {
  if (order.state !== "pending" || (await waitingMoney(at.db, order.id)).length > 0) return;
  await releaseOrder(at, order, {
    to: "cancelled",
    reason: "shop.reason.money_not_taken",
    line: { kind: "cancelled_unpaid" },
  });
}

/** Whoever accepts less than was asked for lowers the price by what is missing. */
async function forgiveRest(at: At, order: OrderRow, { amount, currency }: Settled): Promise<OrderRow> {
  if (currency !== order.currency || !isMore(order.due, amount) || order.paidAt !== null) return order;
  const missing = minus(order.due, amount);
  await tellStory(at, order, [{ kind: "rest_forgiven", details: { amount: missing, currency } }]);
  return updateOrder(at.db, order.id, { discount: plus(order.discount, missing), due: amount, updatedAt: at.now });
}

/** A further month of a subscription is an order of its own, so that its money and its days can be given back alone. */
async function renewOrder(at: At, first: OrderRow, fact: Settled): Promise<void> {
  if (await findOrderOfPayment(at.db, fact.workspaceId, fact.paymentId)) return;
  const { workspaceId, personId, productId, product, method } = first;
  const { amount, currency } = fact;
  const order = await insertOrder(at.db, {
    workspaceId,
    personId,
    productId,
    product,
    method,
    currency,
    price: amount,
    due: amount,
    renewsOrderId: first.id,
    number: await nextNumber(at.db, workspaceId),
    state: "paid",
    paidAt: at.now,
    paymentId: fact.paymentId,
    expiresAt: at.now,
    createdAt: at.now,
    updatedAt: at.now,
  });
  await tellStory(at, order, [{ kind: "renewed_by_itself", details: { number: first.number } }]);
  await payBorn(at, order, fact.provider);
  await countOrder(at, order);
  await tellStory(at, first, [{ kind: "renewed", details: { number: order.number } }]);
}

/** An order counts on the day it was made. */
export async function countOrder(at: At, order: OrderRow): Promise<void> {
  const { timeZone } = await findWorkspace(at.db, order.workspaceId);
  await countDays(at.db, [
    {
      workspaceId: order.workspaceId,
      day: dayOf(at.now, timeZone),
      productId: order.productId,
      currency: order.currency,
      orders: 1,
    },
  ]);
}

/** Reaction to `refundSettled`. */
export async function followRefunds(db: Db, facts: readonly Refunded[]): Promise<void> {
  for (const fact of facts) await followRefund({ db, now: systemClock() }, fact);
}

/**
 * Money of an order went back. What is given back whole takes with it what it gave, and its place in the stock; a part leaves the rest as
 * it is. A further payment that had only been kept for its customer changes nothing of the order.
 */
export async function followRefund(at: At, fact: Refunded): Promise<void> {
  const paidBy = fact.paymentId === null ? null : await findOrderOfPayment(at.db, fact.workspaceId, fact.paymentId);
  const orderId = paidBy?.id ?? fact.orderId;
  const order = orderId === null ? null : await lockOwnOrder(at.db, fact.workspaceId, orderId);
  if (!order) return;
  const details = { amount: fact.amount, currency: fact.currency, refundId: fact.refundId };
  const kind = fact.isOutside ? "refunded_outside" : fact.to === "balance" ? "refunded_to_balance" : "refunded";
  const isOfAnother = fact.paymentId !== null && paidBy === null;
  if (order.paidAt === null || isOfAnother || fact.currency !== order.currency) {
    await tellStory(at, order, [{ kind: `${kind}_kept`, details }]);
    await tellOfMoney(at, order, "refunded", fact.refundId);
    return endReturned(at, order);
  }
  const amount = least(fact.amount, worthOf(order));
  const refunded = plus(order.refunded, amount);
  const isWhole = !isMore(minus(order.price, order.discount), refunded);
  if (isWhole && mayMove(standingOf(order), "refunded")) {
    await moveOrder(at, order, "refunded", { values: { refunded, endedAt: at.now }, line: { kind, details } });
    await returnStock(at.db, order.productId);
    const entitlement = await findEntitlementOfOrder(at.db, order.id);
    if (entitlement?.state === "active") await revokeEntitlement(at, entitlement);
    await stopRenewal(at, order);
  } else {
    await updateOrder(at.db, order.id, { refunded, updatedAt: at.now });
    await tellStory(at, order, [{ kind: `${kind}_partly`, details }]);
  }
  if (isEarned(order)) {
    const { workspaceId, productId, currency } = order;
    const { timeZone } = await findWorkspace(at.db, workspaceId);
    await countDays(at.db, [{ workspaceId, day: dayOf(at.now, timeZone), productId, currency, refunded: amount }]);
  }
  await tellOfMoney(at, order, "refunded", fact.refundId);
}

/** Reaction to `refundStuck`: its order's story says so, to the team and to the customer who waits for it. */
export async function noteStuckRefunds(db: Db, facts: readonly Stuck[]): Promise<void> {
  for (const { workspaceId, orderId, refundId, amount, currency } of facts) {
    const order = orderId === null ? null : await findOwnOrder(db, workspaceId, orderId);
    const line = { kind: "refund_stuck", details: { amount, currency, refundId } };
    if (order) await tellStory({ db, now: systemClock() }, order, [line]);
  }
}

/** What a post was worth went back to its customer, booked by whoever carries posts out. */
export interface WorthReturned {
  workspaceId: string;
  orderId: string;
  amount: string;
  currency: string;
}

/** Reaction to posts that were not done in time: what went back of an order cannot be given back a second time. */
export async function noteReturns(db: Db, facts: readonly WorthReturned[]): Promise<void> {
  for (const fact of facts) await noteReturn({ db, now: systemClock() }, fact);
}

export async function noteReturn(at: At, { workspaceId, orderId, amount, currency }: WorthReturned): Promise<void> {
  const order = await lockOwnOrder(at.db, workspaceId, orderId);
  if (!order || order.currency !== currency) return;
  const counted = least(amount, worthOf(order));
  await updateOrder(at.db, order.id, { refunded: plus(order.refunded, counted), updatedAt: at.now });
  await tellStory(at, order, [{ kind: "post_returned", details: { amount, currency } }]);
  const { timeZone } = await findWorkspace(at.db, workspaceId);
  await countDays(at.db, [
    { workspaceId, day: dayOf(at.now, timeZone), productId: order.productId, currency, refunded: counted },
  ]);
}

/**
 * Reaction to `subscriptionMoved`: a line of the story, in the month that is the last so far. What a month has paid for stays, and ends by
 * its time.
 */
export async function noteSubscriptions(db: Db, facts: readonly SubscriptionMove[]): Promise<void> {
  for (const { workspaceId, orderId, state, problem } of facts) {
    const first = await findOwnOrder(db, workspaceId, orderId);
    if (!first) continue;
    const { personId } = first;
    const line = { kind: `subscription_${state}`, ...(problem !== undefined && { details: { problem } }) };
    await tellStory({ db, now: systemClock() }, await findLatestMonth(db, first), [line]);
    await notifyLive(db, { workspaceId, topic: "mine", id: personId, personId });
  }
}

/** Reaction to `invoiceFailed`: the order cannot be paid that way, and another can be placed. */
export async function failOrders(db: Db, facts: readonly InvoiceFailure[]): Promise<void> {
  for (const { workspaceId, orderId, provider, problem } of facts) {
    const order = await lockOwnOrder(db, workspaceId, orderId);
    // Its money is there, and somebody decides about it.
    if (order?.state !== "pending" || (await waitingMoney(db, order.id)).length > 0) continue;
    await releaseOrder({ db, now: systemClock() }, order, {
      to: "failed",
      reason: `payments.provider.${problem}`,
      line: { kind: "invoice_failed", details: { provider, problem } },
    });
  }
}
