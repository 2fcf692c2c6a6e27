/** A customer's own orders, and what he has of them. */
import type { ActionContext, MemberActor } from "@backend/kit/context.ts";
import { inSnapshot, inTransaction } from "@backend/kit/context.ts";
import { decodeMomentCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import { balancesOf, lockTill } from "@backend/modules/payments/index.ts";
import { findOwnProduct } from "../catalog-queries.ts";
import type { Mine, MyOrder, MyOrderQuery, MyOrderSummary } from "../contracts.ts";
import { plain } from "../domain/money.ts";
import { quotaDayOf, quotaOf } from "../domain/quota.ts";
import { daysBetween } from "../domain/wall.ts";
import { type EntitlementRow, findEntitlementOfOrder, listLiveOf, usedOn } from "../entitlement-queries.ts";
import { nothingRenewed, orderCannot, orderNotFound, renewedInTelegram } from "../errors.ts";
import {
  countOrdersOf,
  findOwnOrder,
  listOpenOrders,
  listOwnOrders,
  lockOwnOrder,
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
import { chooseRenewal, renewalsFor } from "../renewal.ts";

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

/**
 * Has a subscription renewed or not. What is paid stays until its end; asked for what is so already it does nothing. Throws
 * shop.nothing_renewed for what is no running subscription, and shop.renewed_in_telegram for one that he gave up in Telegram himself: no
 * bot can take that back.
 */
export function changeMyRenewal(outer: ActionContext, input: { orderId: string; isOn: boolean }): Promise<MyOrder> {
  return inTransaction(outer, async (ctx) => {
    const { id, workspaceId, personId } = await findMine(ctx, input.orderId);
    await lockTill(ctx.db, workspaceId);
    const order = await lockOwnOrder(ctx.db, workspaceId, id);
    if (!order) throw orderNotFound();
    const entitlement = await findEntitlementOfOrder(ctx.db, id);
    const renewal = (await renewalsFor(ctx.db, [{ order, entitlement }])).get(id);
    if (!renewal) throw nothingRenewed();
    if (!renewal.canChange && input.isOn) throw renewedInTelegram();
    if (renewal.isOn !== input.isOn || renewal.isRefused) {
      const kind = input.isOn ? "renewal_on_by_customer" : "renewal_off_by_customer";
      await chooseRenewal({ db: ctx.db, now: ctx.now }, order, input.isOn, { kind, by: personId });
    }
    return presentMyOrder(ctx, order);
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
  const months = [];
  for (const entitlement of live) {
    const order = await findOwnOrder(db, workspaceId, entitlement.orderId);
    if (order) months.push({ entitlement, order });
  }
  const renewals = await renewalsFor(db, months);
  const active = [];
  for (const { entitlement: row, order } of months) {
    const product = await findOwnProduct(db, workspaceId, row.productId);
    const isNext = row.startsAt > now;
    const isSubscription = order.product.isSubscription && order.method === "stars";
    active.push({
      ...presentEntitlement(row, titleOf(order, reader)),
      quota: row.postsPerDay === null || isNext ? null : presentQuota(row, used.get(row.id) ?? 0, now, timeZone),
      daysLeft: row.endsAt === null ? null : daysBetween(isNext ? row.startsAt : now, row.endsAt, timeZone),
      isNext,
      isSubscription,
      renewal: renewals.get(order.id) ?? null,
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
