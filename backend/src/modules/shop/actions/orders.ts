/** Orders as the team sees them. */
import { type ActionContext, inSnapshot } from "@backend/kit/context.ts";
import { decodeMomentCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { personsLike } from "@backend/modules/identity/index.ts";
import { orderNotFound } from "../errors.ts";
import type { Order, OrderListQuery, OrderWithStory } from "../order-contracts.ts";
import { findOwnOrder, listOwnOrders, type OrderFilter } from "../order-queries.ts";
import { presentOrder, presentOrders } from "../present-orders.ts";
import { refundableOf } from "../refundable.ts";

/** Of whom a name may speak: more are narrowed down by another letter. */
const peopleAtMost = 100;

/** A number, with or without "#", is the number of an order; anything else is somebody's name. */
export async function filterOf(
  ctx: ActionContext,
  query: Omit<OrderListQuery, "cursor" | "limit">,
): Promise<OrderFilter> {
  const { search, from, to, ...filter } = query;
  const wanted = search?.trim() ?? "";
  const number = /^#?(\d{1,9})$/.exec(wanted)?.[1];
  return {
    ...filter,
    from: from ? new Date(from) : null,
    to: to ? new Date(to) : null,
    ...(number ? { number: Number(number) } : {}),
    ...(wanted !== "" && !number
      ? { personIds: await personsLike(ctx.db, ctx.actor.workspaceId, wanted, peopleAtMost) }
      : {}),
  };
}

/** Newest first. */
export async function listOrders(ctx: ActionContext, query: OrderListQuery): Promise<Page<Order>> {
  const { cursor, limit: asked, ...rest } = query;
  const limit = asked ?? defaultLimit;
  const before = decodeMomentCursor(cursor, isUuid);
  const filter = await filterOf(ctx, rest);
  const rows = await listOwnOrders(ctx.db, ctx.actor.workspaceId, filter, { before, limit: limit + 1 });
  const { nextCursor, items } = toPage(
    rows,
    limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => row,
  );
  return { items: await presentOrders(ctx, items), nextCursor };
}

/** One order with its story, as of one moment. */
export function readOrder(outer: ActionContext, input: { orderId: string }): Promise<OrderWithStory> {
  return inSnapshot(outer, async (ctx) => {
    const row = await findOwnOrder(ctx.db, ctx.actor.workspaceId, input.orderId);
    if (!row) throw orderNotFound();
    return presentOrder(ctx, row, await refundableOf(ctx.db, row));
  });
}
