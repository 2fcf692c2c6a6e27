/** A customer's own orders, and what he has of them. */
import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import { inSnapshot, inTransaction } from "@backend/kit/context.ts";
import { decodeMomentCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import { balancesOf } from "@backend/modules/payments/index.ts";
import { findOwnProduct } from "../catalog-queries.ts";
import type { Mine, MyOrder, MyOrderQuery, MyOrderSummary } from "../contracts.ts";
import { plain } from "../domain/money.ts";
import { quotaDayOf, quotaOf } from "../domain/quota.ts";
import { daysBetween } from "../domain/wall.ts";
import { type EntitlementRow, listLiveOf, usedOn } from "../entitlement-queries.ts";
import { orderCannot, orderNotFound } from "../errors.ts";
import {
  countOrdersOf,
  findOwnOrder,
  listOpenOrders,
  listOwnOrders,
  type OrderRow,
  spentBy,
} from "../order-queries.ts";
import {
  presentEntitlement,
  presentMyOrder,
  presentSummary,
  readerOf,
  titleOf,
  waitingAmong,
} from "../present-orders.ts";
import { endUnpaid } from "../release-order.ts";

async function findMine(ctx: ActionContext, orderId: string): Promise<OrderRow> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const row = await findOwnOrder(ctx.db, workspaceId, orderId);
  if (row?.personId !== personId) throw orderNotFound();
  return row;
}

/** Newest first. */
export async function listMyOrders(ctx: ActionContext, query: MyOrderQuery): Promise<Page<MyOrderSummary>> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const limit = query.limit ?? defaultLimit;
  const before = decodeMomentCursor(query.cursor, isUuid);
  const rows = await listOwnOrders(ctx.db, workspaceId, { personId }, { before, limit: limit + 1 });
  const reader = await readerOf(ctx);
  const waiting = await waitingAmong(ctx.db, rows);
  return toPage(
    rows,
    limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => presentSummary(row, reader, waiting),
  );
}

/** As of one moment: an order that is being paid meanwhile is never shown unpaid beside what it gave. */
export const readMyOrder = (outer: ActionContext, input: { orderId: string }): Promise<MyOrder> =>
  inSnapshot(outer, async (ctx) => presentMyOrder(ctx, await findMine(ctx, input.orderId)));

/** Throws shop.cannot_now.<state> for one that is not waiting to be paid. */
export function cancelMyOrder(outer: ActionContext, input: { orderId: string }): Promise<MyOrder> {
  return inTransaction(outer, async (ctx) => {
    const order = await findMine(ctx, input.orderId);
    const ended = await endUnpaid(ctx, order, {
      to: "cancelled",
      reason: "shop.reason.by_customer",
      line: { kind: "cancelled_by_customer", by: order.personId },
    });
    if (!ended) throw orderCannot((await findMine(ctx, input.orderId)).state);
    return presentMyOrder(ctx, ended);
  });
}

/** What somebody has, what is left of it today, what he may spend (S-066, S-067). As of one moment, as an order. */
export const readMine = (outer: ActionContext): Promise<Mine> => inSnapshot(outer, mineOf);

async function mineOf(ctx: ActionContext): Promise<Mine> {
  const { workspaceId, personId } = ctx.actor as MemberActor;
  const { db, now } = ctx;
  const { timeZone } = await findWorkspace(db, workspaceId);
  const reader = await readerOf(ctx);
  const live = await listLiveOf(db, workspaceId, personId, now);
  const used = await usedOn(
    db,
    live.map(({ id }) => id),
    quotaDayOf(now, timeZone),
  );
  const active = [];
  for (const row of live) {
    const order = await findOwnOrder(db, workspaceId, row.orderId);
    const product = await findOwnProduct(db, workspaceId, row.productId);
    if (!order) continue;
    const isNext = row.startsAt > now;
    const isSubscription = order.product.isSubscription && order.method === "stars";
    active.push({
      ...presentEntitlement(row, titleOf(order, reader)),
      quota: row.postsPerDay === null || isNext ? null : presentQuota(row, used.get(row.id) ?? 0, now, timeZone),
      daysLeft: row.endsAt === null ? null : daysBetween(isNext ? row.startsAt : now, row.endsAt, timeZone),
      isNext,
      isSubscription,
      canRenew: !isSubscription && row.endsAt !== null && product?.isVisible === true && product.archivedAt === null,
    });
  }
  active.sort(
    (a, b) => Number(b.kind === "service") - Number(a.kind === "service") || (a.startsAt < b.startsAt ? -1 : 1),
  );
  const balances = await balancesOf(db, workspaceId, personId);
  const open = await listOpenOrders(db, workspaceId, personId);
  const waiting = await waitingAmong(db, open);
  return {
    active,
    balances: balances.map(({ currency, amount, held }) => ({ currency, amount: plain(amount), held: plain(held) })),
    spent: (await spentBy(db, workspaceId, personId)).map(({ currency, amount }) => ({
      currency,
      amount: plain(amount),
    })),
    orders: await countOrdersOf(db, workspaceId, personId),
    open: open.map((row) => presentSummary(row, reader, waiting)),
  };
}

function presentQuota({ postsPerDay }: EntitlementRow, used: number, now: Date, timeZone: string) {
  const { dayEndsAt, ...quota } = quotaOf(postsPerDay ?? 0, used, now, timeZone);
  return { ...quota, dayEndsAt: dayEndsAt.toISOString() };
}
