/** Orders as the team sees them. */
import { type ActionContext, inSnapshot } from "@backend/kit/context.ts";
import { decodeMomentCursor, defaultLimit, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { personOfTelegramId, personsLike } from "@backend/modules/identity/index.ts";
import { orderNotFound } from "../errors.ts";
import type { OrderListQuery, OrderPage, OrderWithStory } from "../order-contracts.ts";
import { findOwnOrder, listOwnOrders, type OrderFilter, type OrderPlace } from "../order-queries.ts";
import { presentOrder, presentOrders } from "../present-orders.ts";
import { refundableOf } from "../refundable.ts";

/** Of whom a name may speak: of more, the newest are looked at, and whoever searches is told to type more of it. */
const peopleAtMost = 100;

export interface AskedOrders extends OrderFilter {
  /** More people are called so than were looked at. */
  leavesOut: boolean;
}

/**
 * "#12" is the number of an order. Digits alone are that too, or somebody's Telegram id, of which the oldest are as short; anything
 * else is a name.
 */
export async function filterOf(
  ctx: ActionContext,
  query: Omit<OrderListQuery, "cursor" | "limit">,
): Promise<AskedOrders> {
  const { search, from, to, ...filter } = query;
  const { workspaceId } = ctx.actor;
  const wanted = search?.trim() ?? "";
  const [, sign, digits] = /^(#?)(\d{1,9})$/.exec(wanted) ?? [];
  const span = { ...filter, from: from ? new Date(from) : null, to: to ? new Date(to) : null, leavesOut: false };
  if (wanted === "") return span;
  if (digits === undefined) {
    const called = await personsLike(ctx.db, workspaceId, wanted, peopleAtMost + 1);
    return { ...span, personIds: called.slice(0, peopleAtMost), leavesOut: called.length > peopleAtMost };
  }
  const personId = sign === "" ? await personOfTelegramId(ctx.db, workspaceId, Number(digits)) : null;
  return { ...span, number: Number(digits), ...(personId === null ? {} : { personIds: [personId] }) };
}

/** Before every order there is. */
const top = "9999-12-31T23:59:59.999Z";

/** Newest first; before them the one whose number was typed. */
export async function listOrders(ctx: ActionContext, query: OrderListQuery): Promise<OrderPage> {
  const { cursor, limit: asked, ...rest } = query;
  const limit = asked ?? defaultLimit;
  const before = decodeMomentCursor(cursor, isUuid);
  const { workspaceId } = ctx.actor;
  const { number, leavesOut, ...filter } = await filterOf(ctx, rest);
  const read = (which: OrderFilter, place: OrderPlace) => listOwnOrders(ctx.db, workspaceId, which, place);
  const [numbered] =
    number === undefined ? [] : await read({ ...filter, number, personIds: null }, { before: null, limit: 1 });
  const others =
    number !== undefined && !filter.personIds
      ? []
      : await read({ ...filter, ...(number === undefined ? {} : { notNumber: number }) }, { before, limit: limit + 1 });
  const { nextCursor, items } = toPage(
    numbered && before === null ? [numbered, ...others] : others,
    limit,
    (row) => [row.id === numbered?.id ? top : row.createdAt.toISOString(), row.id],
    (row) => row,
  );
  return { items: await presentOrders(ctx, items), nextCursor, leavesOut };
}

/** One order with its story, as of one moment. */
export function readOrder(outer: ActionContext, input: { orderId: string }): Promise<OrderWithStory> {
  return inSnapshot(outer, async (ctx) => {
    const row = await findOwnOrder(ctx.db, ctx.actor.workspaceId, input.orderId);
    if (!row) throw orderNotFound();
    return presentOrder(ctx, row, await refundableOf(ctx.db, row));
  });
}
