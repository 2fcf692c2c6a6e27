/** Orders as the team sees them. */
import { type ActionContext, inSnapshot } from "@backend/kit/context.ts";
import { decodeMomentCursor, defaultLimit, encodeCursor, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { personOfTelegramId } from "@backend/modules/identity/index.ts";
import { orderNotFound } from "../errors.ts";
import type { OrderListQuery, OrderPage, OrderWithStory } from "../order-contracts.ts";
import { findOwnOrder, listOwnOrders, type OrderFilter, type OrderPlace } from "../order-queries.ts";
import { type FoundOrders, findOrdersCalled } from "../order-search.ts";
import { presentOrder, presentOrders } from "../present-orders.ts";
import { refundableOf } from "../refundable.ts";

/** Who is asked for, besides what an order itself says. */
export interface AskedOrders extends OrderFilter {
  /** A name, as it was typed; null = none was. */
  called: string | null;
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
  const span = { ...filter, from: from ? new Date(from) : null, to: to ? new Date(to) : null, called: null };
  if (wanted === "") return span;
  if (digits === undefined) return { ...span, called: wanted };
  const personId = sign === "" ? await personOfTelegramId(ctx.db, workspaceId, Number(digits)) : null;
  return { ...span, number: Number(digits), ...(personId === null ? {} : { personIds: [personId] }) };
}

/** A page of what was asked for, newest first. */
export async function readOrders(
  { db, actor: { workspaceId } }: ActionContext,
  { called, ...filter }: AskedOrders,
  place: OrderPlace,
): Promise<FoundOrders> {
  if (called !== null) return findOrdersCalled(db, workspaceId, filter, called, place);
  return { rows: await listOwnOrders(db, workspaceId, filter, place), reached: null };
}

/** Before every order there is. */
const top = "9999-12-31T23:59:59.999Z";

/**
 * Newest first; before them the one whose number was typed. A page of a search by name may hold fewer than `limit`, or none, and still be
 * followed by another (`order-search.ts`).
 */
export async function listOrders(ctx: ActionContext, query: OrderListQuery): Promise<OrderPage> {
  const { cursor, limit: asked, ...rest } = query;
  const limit = asked ?? defaultLimit;
  const before = decodeMomentCursor(cursor, isUuid);
  const { number, ...filter } = await filterOf(ctx, rest);
  const isNumberAlone = number !== undefined && !filter.personIds;
  const [numbered] =
    number === undefined
      ? []
      : (await readOrders(ctx, { ...filter, number, personIds: null }, { before: null, limit: 1 })).rows;
  const { rows: others, reached } = isNumberAlone
    ? { rows: [], reached: null }
    : await readOrders(
        ctx,
        { ...filter, ...(number === undefined ? {} : { notNumber: number }) },
        { before, limit: limit + 1 },
      );
  const { nextCursor, items } = toPage(
    numbered && before === null ? [numbered, ...others] : others,
    limit,
    (row) => [row.id === numbered?.id ? top : row.createdAt.toISOString(), row.id],
    (row) => row,
  );
  return { items: await presentOrders(ctx, items), nextCursor: nextCursor ?? (reached && encodeCursor(reached)) };
}

/** One order with its story, as of one moment. */
export function readOrder(outer: ActionContext, input: { orderId: string }): Promise<OrderWithStory> {
  return inSnapshot(outer, async (ctx) => {
    const row = await findOwnOrder(ctx.db, ctx.actor.workspaceId, input.orderId);
    if (!row) throw orderNotFound();
    return presentOrder(ctx, row, await refundableOf(ctx.db, row));
  });
}
