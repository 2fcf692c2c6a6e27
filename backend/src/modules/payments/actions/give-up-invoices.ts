import type { ActionContext } from "@backend/kit/context.ts";
import { lockInvoice, type PaymentRow, updateInvoice } from "../queries.ts";
import { closeInvoice } from "./open-invoice.ts";

/**
 * Money that does not pay its order leaves it nothing to be paid by: what its provider calls paid cannot be paid once more. It is asked
 * about a while longer, as any that ended.
 */
export async function giveUpInvoices(
  ctx: ActionContext,
  { workspaceId, invoiceId }: PaymentRow,
  orderId: string,
): Promise<void> {
  const own = invoiceId === null ? null : await lockInvoice(ctx.db, workspaceId, invoiceId);
  if (own?.state === "open") await updateInvoice(ctx.db, own.id, { state: "cancelled", endedAt: ctx.now });
  await closeInvoice(ctx, orderId, "cancelled");
}
