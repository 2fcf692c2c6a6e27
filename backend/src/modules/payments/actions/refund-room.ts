import type { Db } from "@db/client.ts";
import Big from "big.js";
import { findOwnPayment } from "../queries.ts";
import { listRefundsOfOrder, sumRefundsOf } from "../refund-queries.ts";

const underWay: ReadonlySet<string> = new Set(["requested", "sending", "pending"]);

/** What of an order's money is promised back and not gone yet, and what is left of the payment that paid it; exact decimal text. */
export async function refundRoomOf(
  db: Db,
  workspaceId: string,
  { orderId, paymentId }: { orderId: string; paymentId: string | null },
): Promise<{ underWay: string; ofPayment: string }> {
  const waiting = (await listRefundsOfOrder(db, orderId)).filter(({ state }) => underWay.has(state));
  const payment = paymentId === null ? null : await findOwnPayment(db, workspaceId, paymentId);
  const left = payment && new Big(payment.amount).minus((await sumRefundsOf(db, payment.id)).promised);
  return {
    underWay: waiting.reduce((sum, { amount }) => sum.plus(amount), new Big(0)).toFixed(),
    ofPayment: (left ?? new Big(0)).toFixed(),
  };
}
