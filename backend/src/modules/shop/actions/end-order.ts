/** What members do with orders: complete what is done by hand, cancel what is not paid, give up what cannot be done. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { lockCustomer } from "@backend/modules/payments/index.ts";
import { deliverOrder } from "../deliver-order.ts";
import { orderCannot, orderNotFound } from "../errors.ts";
import { moveOrder } from "../move-order.ts";
import type { EndOrder, OrderWithStory } from "../order-contracts.ts";
import { findOwnOrder, lockOwnOrder, type OrderRow } from "../order-queries.ts";
import { presentOrder } from "../present-orders.ts";
import { refundableOf } from "../refundable.ts";
import { endUnpaid } from "../release-order.ts";

const memberOf = ({ actor }: ActionContext): string | null => (actor.kind === "person" ? actor.personId : null);
const wordsOf = ({ reason }: EndOrder): { words?: string } => (reason?.trim() ? { words: reason.trim() } : {});

async function done(ctx: ActionContext, action: string, order: OrderRow): Promise<OrderWithStory> {
  await recordAudit(ctx, {
    action: `order.${action}`,
    subjectKind: "order",
    subjectId: order.id,
    after: { number: order.number, state: order.state },
  });
  return presentOrder(ctx, order, await refundableOf(ctx.db, order));
}

async function lockProcessing(ctx: ActionContext, orderId: string): Promise<OrderRow> {
  const found = await findOwnOrder(ctx.db, ctx.actor.workspaceId, orderId);
  // First, as by whoever pays: what begins here may take the place of what another order gives at the same instant.
  if (found) await lockCustomer(ctx.db, found.personId);
  const order = await lockOwnOrder(ctx.db, ctx.actor.workspaceId, orderId);
  if (!order) throw orderNotFound();
  if (order.state !== "processing") throw orderCannot(order.state);
  return order;
}

/** A paid order that waited for a member: what it promises begins now. */
export function completeOrder(outer: ActionContext, input: { orderId: string }): Promise<OrderWithStory> {
  return inTransaction(outer, async (ctx) => {
    const order = await lockProcessing(ctx, input.orderId);
    return done(ctx, "completed", await deliverOrder({ db: ctx.db, now: ctx.now }, order, memberOf(ctx)));
  });
}

/** A paid order that cannot be carried out. Its money is given back by a refund of its own. */
export function failOrder(outer: ActionContext, input: EndOrder & { orderId: string }): Promise<OrderWithStory> {
  return inTransaction(outer, async (ctx) => {
    const order = await lockProcessing(ctx, input.orderId);
    const failed = await moveOrder({ db: ctx.db, now: ctx.now }, order, "failed", {
      values: { endedAt: ctx.now, reason: "shop.reason.by_team" },
      line: { kind: "failed_by_team", details: wordsOf(input), by: memberOf(ctx) },
    });
    return done(ctx, "failed", failed);
  });
}

/** An order that waits to be paid. Throws shop.cannot_now.<state> for any other. */
export function cancelOrder(outer: ActionContext, input: EndOrder & { orderId: string }): Promise<OrderWithStory> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const order = await findOwnOrder(ctx.db, workspaceId, input.orderId);
    if (!order) throw orderNotFound();
    const ended = await endUnpaid(ctx, order, {
      to: "cancelled",
      reason: "shop.reason.by_team",
      line: { kind: "cancelled_by_team", details: wordsOf(input), by: memberOf(ctx) },
    });
    if (!ended) throw orderCannot((await findOwnOrder(ctx.db, workspaceId, order.id))?.state ?? order.state);
    return done(ctx, "cancelled", ended);
  });
}
