/** How much of an order may still be given back. */
import { refundRoomOf } from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import { worthOf } from "./deliver-order.ts";
import { isMore, minus } from "./domain/money.ts";
import type { OrderRow } from "./order-queries.ts";

export interface RefundRoom {
  /** Promised and not gone yet. */
  underWay: string;
  /** Left of the payment that paid it; "0" without one. */
  ofPayment: string;
}

export const roomOf = (db: Db, { workspaceId, id, paymentId }: OrderRow): Promise<RefundRoom> =>
  refundRoomOf(db, workspaceId, { orderId: id, paymentId });

/** In the order's currency: what it has cost, less what went back or is on its way. "0" for what was never paid. */
export function refundable(order: OrderRow, { underWay }: RefundRoom): string {
  if (order.paidAt === null || order.state === "refunded") return "0";
  const left = minus(worthOf(order), underWay);
  return isMore(left, "0") ? left : "0";
}

export const refundableOf = async (db: Db, order: OrderRow): Promise<string> =>
  order.paidAt === null ? "0" : refundable(order, await roomOf(db, order));
