/** Where the money of a refund is, so that the books take it from there. */
import type { ActionContext } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import type { Db } from "@db/client.ts";
import type { RefundSource } from "@db/schema/payments.ts";
import { book } from "./actions/book.ts";
import { hasEarned } from "./books-queries.ts";
import { type AccountName, transfer } from "./domain/entries.ts";
import type { PaymentRow } from "./queries.ts";
import type { RefundRow } from "./refund-queries.ts";

/**
 * Under this cause, with the order's id, whoever sells books what an order costs from the customer (and what was held) to revenue. It
 * is looked for here: money that was spent on its order goes back from revenue, money that still lies on the balance from there.
 */
export const orderPaidCause = "order.paid";

/** An order without a payment of its own was paid from the balance, so its money was earned. */
export async function sourceOf(
  db: Db,
  workspaceId: string,
  payment: PaymentRow | null,
  orderId: string | null,
): Promise<RefundSource> {
  if (payment?.state === "to_check") return "to_check";
  if (payment === null) return "revenue";
  return orderId !== null && (await hasEarned(db, workspaceId, orderPaidCause, orderId)) ? "revenue" : "customer";
}

type Part = Pick<RefundRow, "id" | "workspaceId" | "personId" | "amount" | "currency" | "asked">;

/** A refund that failed and is asked for again is held and released once more: it was tried between. */
const roundOf = ({ id, asked }: Part): string => (asked === 0 ? id : `${id}:${asked}`);

/** Sets a refund's money aside on the person's account, so that it is not spent while the provider is asked. Throws `balance_too_low`. */
export async function holdFor(ctx: ActionContext, part: Part): Promise<void> {
  const { workspaceId, personId, amount, currency } = part;
  const holder = personId ?? "";
  const entries = transfer({ kind: "customer", holder }, { kind: "held", holder }, currency, amount);
  await book(ctx.db, { workspaceId, cause: "refund.held", causeId: roundOf(part), at: ctx.now, entries });
}

/** The same, or false when it has been spent already. */
export async function holdIfThere(ctx: ActionContext, part: Part): Promise<boolean> {
  try {
    await holdFor(ctx, part);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "payments.balance_too_low") return false;
    throw error;
  }
}

export async function releaseHold(ctx: ActionContext, part: Part): Promise<void> {
  const { workspaceId, personId, amount, currency } = part;
  const holder = personId ?? "";
  const entries = transfer({ kind: "held", holder }, { kind: "customer", holder }, currency, amount);
  await book(ctx.db, { workspaceId, cause: "refund.released", causeId: roundOf(part), at: ctx.now, entries });
}

export const accountOf = ({ source, personId }: Pick<RefundRow, "source" | "personId">): AccountName =>
  source === "customer" ? { kind: "held", holder: personId ?? "" } : { kind: source };
