/** From money to a paid order. Inside the transaction of whoever brings the money. */
import { findWorkspace } from "@backend/modules/identity/index.ts";
import { balancesOf, book, orderPaidCause, transfer } from "@backend/modules/payments/index.ts";
import { moveUses, takeStock } from "./catalog-queries.ts";
import { deliverOrder } from "./deliver-order.ts";
import { isMore, plus } from "./domain/money.ts";
import { mayMove } from "./domain/order.ts";
import { dayOf } from "./domain/wall.ts";
import { type At, moveOrder, publishOrder, standingOf, tellStory } from "./move-order.ts";
import { countDays, type OrderRow } from "./order-queries.ts";
import { worthOf } from "./refundable.ts";

/** Where the money for an order is when it is paid. */
export interface Paying {
  paymentId: string | null;
  /** A word of the story: "crypto_pay", "balance", or "nothing" when a discount covers everything. */
  source: string;
}

/** What a top-up brings stays the customer's own; everything else is earned when it is paid. */
export const isEarned = ({ product }: OrderRow): boolean => product.kind !== "topup";

/** Pays a locked order that is pending: `due` lies on the customer's account, the balance part is set aside. Gives what it promises. */
export async function payOrder(at: At, order: OrderRow, paying: Paying): Promise<OrderRow> {
  const { workspaceId, personId, currency } = order;
  const customer = { kind: "customer", holder: personId } as const;
  const held = { kind: "held", holder: personId } as const;
  if (isEarned(order))
    await book(at.db, {
      workspaceId,
      cause: orderPaidCause,
      causeId: order.id,
      at: at.now,
      entries: [
        ...transfer(customer, { kind: "revenue" }, currency, order.due),
        ...transfer(held, { kind: "revenue" }, currency, order.fromBalance),
      ],
    });
  return afterPaid(at, order, paying);
}

/**
 * Pays an order that had ended unpaid, when somebody decides so about money that came late. Stock, code and balance part were given back
 * and are taken once more; false, and nothing changed, when one of them is not there any more.
 */
export async function reviveOrder(at: At, order: OrderRow, paying: Paying): Promise<boolean> {
  const { workspaceId, personId, currency } = order;
  if (!mayMove(standingOf(order), "paid")) return false;
  const balance = (await balancesOf(at.db, workspaceId, personId)).find((one) => one.currency === currency);
  if (isMore(plus(order.due, order.fromBalance), balance?.amount ?? "0")) return false;
  if (order.promoCodeId !== null && !(await moveUses(at.db, order.promoCodeId, 1))) return false;
  // A product without a limit has nothing to take, and one that is sold out has nothing to give.
  if (!(await takeStock(at.db, order.productId))) {
    if (order.promoCodeId !== null) await moveUses(at.db, order.promoCodeId, -1);
    return false;
  }
  if (isEarned(order))
    await book(at.db, {
      workspaceId,
      cause: orderPaidCause,
      causeId: order.id,
      at: at.now,
      entries: transfer(
        { kind: "customer", holder: personId },
        { kind: "revenue" },
        currency,
        plus(order.due, order.fromBalance),
      ),
    });
  await afterPaid(at, order, paying);
  return true;
}

/** Books an order that was born paid (a month of a subscription) and gives what it promises. */
export async function payBorn(at: At, order: OrderRow, source: string): Promise<OrderRow> {
  const { workspaceId, personId, currency, due } = order;
  await book(at.db, {
    workspaceId,
    cause: orderPaidCause,
    causeId: order.id,
    at: at.now,
    entries: transfer({ kind: "customer", holder: personId }, { kind: "revenue" }, currency, due),
  });
  await tellStory(at, order, [{ kind: `paid_by_${source}`, details: { amount: due, currency } }]);
  await publishOrder(at.db, order);
  return give(at, order);
}

async function afterPaid(at: At, order: OrderRow, { paymentId, source }: Paying): Promise<OrderRow> {
  const paid = await moveOrder(at, order, "paid", {
    values: { paidAt: at.now, paymentId, endedAt: null, reason: null },
    line: { kind: `paid_by_${source}`, details: { amount: worthOf(order), currency: order.currency } },
  });
  return give(at, paid);
}

async function give(at: At, paid: OrderRow): Promise<OrderRow> {
  const delivered = paid.product.isByHand
    ? await moveOrder(at, paid, "processing", { line: { kind: "processing" } })
    : await deliverOrder(at, paid);
  const { timeZone } = await findWorkspace(at.db, paid.workspaceId);
  await countDays(at.db, [
    {
      workspaceId: paid.workspaceId,
      day: dayOf(at.now, timeZone),
      productId: paid.productId,
      currency: paid.currency,
      paid: 1,
      revenue: isEarned(paid) ? worthOf(paid) : "0",
    },
  ]);
  return delivered;
}
