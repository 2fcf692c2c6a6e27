/** The end of an order that nobody has paid: everything that was set aside for it is free again. */
import type { ActionContext } from "@backend/kit/context.ts";
import { book, closeInvoice, lockTill, moneyWaits, transfer } from "@backend/modules/payments/index.ts";
import { moveUses, returnStock } from "./catalog-queries.ts";
import { isZero } from "./domain/money.ts";
import { type At, moveOrder, type StoryLine } from "./move-order.ts";
import { lockOwnOrder, type OrderRow } from "./order-queries.ts";

export interface Ending {
  to: "expired" | "cancelled" | "failed";
  /** Key of the sentence that says why. */
  reason: string;
  line: StoryLine;
}

/** Ends a locked order that is pending, and gives back its balance part, its stock and its use of a code. */
export async function releaseOrder(at: At, order: OrderRow, { to, reason, line }: Ending): Promise<OrderRow> {
  const { workspaceId, personId, currency, fromBalance } = order;
  const ended = await moveOrder(at, order, to, { values: { endedAt: at.now, reason }, line });
  await returnStock(at.db, order.productId);
  if (order.promoCodeId !== null) await moveUses(at.db, order.promoCodeId, -1);
  if (!isZero(fromBalance))
    await book(at.db, {
      workspaceId,
      cause: "order.released",
      causeId: order.id,
      at: at.now,
      entries: transfer(
        { kind: "held", holder: personId },
        { kind: "customer", holder: personId },
        currency,
        fromBalance,
      ),
    });
  return ended;
}

/** The end of the hour. */
export const ofTime: Ending = { to: "expired", reason: "shop.reason.expired", line: { kind: "expired" } };

/**
 * Ends an order unpaid, in the caller's transaction; null when it is not pending any more: a payment that settles at the same moment
 * either is seen or sees the end. Time does not end an order for which money waits: null too.
 */
export async function endUnpaid(
  ctx: ActionContext,
  order: Pick<OrderRow, "id" | "workspaceId">,
  ending: Ending,
): Promise<OrderRow | null> {
  await lockTill(ctx.db, order.workspaceId);
  if (ending.to === "expired" && (await moneyWaits(ctx.db, order.id))) return null;
  // A paid invoice is not open any more: then this does nothing, and neither does the rest.
  await closeInvoice(ctx, order.id, ending.to === "expired" ? "expired" : "cancelled");
  const locked = await lockOwnOrder(ctx.db, order.workspaceId, order.id);
  return locked?.state === "pending" ? releaseOrder({ db: ctx.db, now: ctx.now }, locked, ending) : null;
}
