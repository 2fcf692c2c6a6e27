import type { orderMoved } from "@backend/modules/shop/index.ts";
import type { Db } from "@db/client.ts";
import type { Static } from "elysia";
import { noteMoves } from "./moves.ts";
import { endUnfinishedOf } from "./worker-queries.ts";

type Moved = Static<(typeof orderMoved)["payload"]>;

/**
 * The whole of an order went back to whoever paid it: what is not done of it ends, and nothing of it is returned a second time. Written
 * with the fact, so that no worker takes a post of it in between. A package that ran out, or that another took the place of, keeps the
 * posts that were added in time: they were paid.
 */
export async function endRefunded(db: Db, moved: readonly Moved[]): Promise<void> {
  const refunded = moved.filter(({ state }) => state === "refunded").map(({ orderId }) => orderId);
  if (refunded.length === 0) return;
  const now = new Date();
  const ended = await endUnfinishedOf(db, refunded, now);
  await noteMoves({ db, now }, ended, "cancelled", () => ({}));
}
