import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { noteMoves } from "../moves.ts";
import { endUnfinishedOf } from "../worker-queries.ts";

/**
 * The job: the whole of an order went back to whoever paid it, and what is not done of it ends. Not in the transaction of the refund,
 * which has the till that a post's return waits for with the post locked. Nothing is returned in between: the order has nothing
 * left. A package that ran out, or that another took the place of, keeps the posts that were added in time: they were paid.
 */
export function endRefunded(outer: ActionContext, { orderId }: { orderId: string }): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    const ended = await endUnfinishedOf(ctx.db, orderId, ctx.now);
    await noteMoves(ctx, ended, "cancelled", () => ({}));
  });
}
