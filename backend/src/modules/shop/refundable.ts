/** How much of an order may still be given back. */
import { isStuck, listRefundsOfOrder, lockTill } from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import { isMore, least, minus, plain, plus } from "./domain/money.ts";
import { findOwnOrder, type OrderRow } from "./order-queries.ts";

/** What an order has cost from any purse, less what went back. */
export const worthOf = ({ price, discount, refunded }: OrderRow): string => minus(minus(price, discount), refunded);

export interface RefundRoom {
  /** Promised and not gone yet. */
  underWay: string;
  /** Left of what a provider took for it; "0" when none did. */
  ofPayment: string;
}

const isUnderWay: ReadonlySet<string> = new Set(["requested", "sending", "pending"]);

/** Of what has paid the order. Money that came for it besides is another payment's: it is on its way back without taking from the order. */
async function ownRefunds(db: Db, { id, paymentId }: Pick<OrderRow, "id" | "paymentId">) {
  const refunds = await listRefundsOfOrder(db, id);
  return refunds.filter((refund) => refund.paymentId === null || refund.paymentId === paymentId);
}

export async function roomOf(db: Db, { id, paymentId, due }: OrderRow): Promise<RefundRoom> {
  const own = await ownRefunds(db, { id, paymentId });
  const refunds = own.filter(({ state }) => state !== "failed" && state !== "cancelled");
  const sum = (list: typeof refunds) => list.reduce((all, { amount }) => plus(all, amount), "0");
  const left = paymentId === null ? "0" : minus(due, sum(refunds.filter((refund) => refund.paymentId === paymentId)));
  return {
    underWay: sum(refunds.filter(({ state }) => isUnderWay.has(state))),
    ofPayment: isMore(left, "0") ? left : "0",
  };
}

/** In the order's currency: what it has cost, less what went back or is on its way. "0" for what was never paid. */
export function refundable(order: OrderRow, { underWay }: RefundRoom): string {
  if (order.paidAt === null || order.state === "refunded") return "0";
  const left = minus(worthOf(order), underWay);
  return isMore(left, "0") ? left : "0";
}

export const refundableOf = async (db: Db, order: OrderRow): Promise<string> =>
  order.paidAt === null ? "0" : refundable(order, await roomOf(db, order));

export interface Returnable {
  /** No more than is left of the order's price when everything is taken off that went back or is promised. */
  amount: string;
  /** A promise stands in the way of more: should its refund fail, more may go back. */
  isPromised: boolean;
}

/**
 * What of `amount` may go back for a post of an order, in the caller's transaction: no more than is left of its price when everything is
 * taken off that went back or is promised. Whoever asks for a refund waits for that transaction, and then sees it.
 */
export async function returnable(
  db: Db,
  {
    workspaceId,
    orderId,
    amount,
    currency,
  }: { workspaceId: string; orderId: string; amount: string; currency: string },
): Promise<Returnable> {
  await lockTill(db, workspaceId);
  const order = await findOwnOrder(db, workspaceId, orderId);
  if (!order || order.currency !== currency) return { amount: "0", isPromised: false };
  const room = await roomOf(db, order);
  const now = least(amount, refundable(order, room));
  return { amount: now, isPromised: isMore(least(amount, refundable(order, { ...room, underWay: "0" })), now) };
}

/** Whether money of an order is on its way back. */
export async function isGoingBack(
  db: Db,
  { workspaceId, orderId }: { workspaceId: string; orderId: string },
): Promise<boolean> {
  const order = await findOwnOrder(db, workspaceId, orderId);
  return order !== null && (await ownRefunds(db, order)).some(({ state }) => isUnderWay.has(state));
}

/** Of an order, those that wait for somebody to have them tried again. */
export const stuckRefundsOf = async (db: Db, orderId: string) =>
  (await listRefundsOfOrder(db, orderId))
    .filter(isStuck)
    .map(({ id, amount, currency }) => ({ id, amount: plain(amount), currency }));
