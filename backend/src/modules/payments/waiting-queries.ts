/** SQL of money that waits for somebody, as whoever sells sees it: how much came for an order that nobody has decided about. */
import type { Db } from "@db/client.ts";
import { payments } from "@db/schema/payments.ts";
import { and, asc, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import { lockOpenInvoice } from "./queries.ts";

/** What was taken away again is not waiting: it has paid its order before. What is on its way back has been decided about. */
const isWaiting = and(
  eq(payments.state, "to_check"),
  isNull(payments.resolution),
  ne(payments.checkReason, "charged_back"),
);

/** Of an order, by currency; exact decimal text. */
export async function waitingMoney(db: Db, orderId: string): Promise<{ amount: string; currency: string }[]> {
  return db
    .select({
      amount: sql<string>`trim_scale(sum(${payments.amount} - ${payments.refunded}))::text`,
      currency: payments.currency,
    })
    .from(payments)
    .where(and(eq(payments.orderId, orderId), isWaiting))
    .groupBy(payments.currency)
    .orderBy(asc(payments.currency));
}

/** Those of the orders for which money waits. */
export async function withWaitingMoney(db: Db, orderIds: readonly string[]): Promise<Set<string>> {
  if (orderIds.length === 0) return new Set();
  const rows = await db
    .selectDistinct({ orderId: payments.orderId })
    .from(payments)
    .where(and(inArray(payments.orderId, [...orderIds]), isWaiting));
  return new Set(rows.flatMap(({ orderId }) => orderId ?? []));
}

/**
 * Whether money waits for an order, exactly, until the transaction ends: whoever takes money in holds the invoice, so that it either is
 * seen here or finds the order as the caller leaves it.
 */
export async function moneyWaits(db: Db, orderId: string): Promise<boolean> {
  await lockOpenInvoice(db, orderId);
  return (await waitingMoney(db, orderId)).length > 0;
}
