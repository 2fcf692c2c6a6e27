/** One step of an order, with everything that a step leaves behind: its line in the story, the fact, the word to open screens. */
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import { plain } from "./domain/money.ts";
import { mayMove, type OrderState } from "./domain/order.ts";
import { orderCannot } from "./errors.ts";
import { orderMoved } from "./events.ts";
import { insertEvents, type OrderRow, updateOrder } from "./order-queries.ts";

/** A moment inside somebody's transaction. */
export interface At {
  db: Db;
  now: Date;
}

export interface StoryLine {
  /** Has words: `shop.event.<kind>`. */
  kind: string;
  details?: Record<string, string | number>;
  /** Who did it; null = the product itself. */
  by?: string | null;
}

export const standingOf = ({ state, paidAt }: OrderRow) => ({ state, isPaid: paidAt !== null });

/** Writes lines of an order's story without moving it. */
export async function tellStory({ db, now }: At, order: OrderRow, lines: readonly StoryLine[]): Promise<void> {
  await insertEvents(
    db,
    lines.map(({ kind, details, by }) => ({
      orderId: order.id,
      workspaceId: order.workspaceId,
      at: now,
      kind,
      personId: by ?? null,
      details: details ?? {},
    })),
  );
  await notifyLive(db, { workspaceId: order.workspaceId, topic: "orders", id: order.id, personId: order.personId });
}

/** The fact that an order is where it is. */
export const publishOrder = (db: Db, order: OrderRow): Promise<void> =>
  publish(db, orderMoved, {
    workspaceId: order.workspaceId,
    orderId: order.id,
    number: order.number,
    personId: order.personId,
    productId: order.productId,
    state: order.state,
    method: order.method,
    amount: plain(order.price),
    currency: order.currency,
  });

/**
 * Moves a locked order along its machine. Throws shop.cannot_now.<state> for a step that does not exist: callers look first, so that
 * is the answer to two who end one order at once.
 */
export async function moveOrder(
  at: At,
  order: OrderRow,
  to: OrderState,
  change: { values?: Parameters<typeof updateOrder>[2]; line: StoryLine },
): Promise<OrderRow> {
  if (!mayMove(standingOf(order), to)) throw orderCannot(order.state);
  const moved = await updateOrder(at.db, order.id, { ...change.values, state: to, updatedAt: at.now });
  await tellStory(at, moved, [change.line]);
  await publishOrder(at.db, moved);
  return moved;
}
