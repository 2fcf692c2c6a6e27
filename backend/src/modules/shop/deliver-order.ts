/** What a paid order gives: the thing itself, or money on the balance. */
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import { book, transfer } from "@backend/modules/payments/index.ts";
import { isZero, plus } from "./domain/money.ts";
import { termFrom, worthOfUnused } from "./domain/term.ts";
import { addDays, dayOf } from "./domain/wall.ts";
import {
  type EntitlementRow,
  insertEntitlement,
  listLiveOf,
  listOtherPackages,
  lockActive,
  updateEntitlement,
} from "./entitlement-queries.ts";
import { entitlementMoved } from "./events.ts";
import { type At, moveOrder, tellStory } from "./move-order.ts";
import { countDays, findOwnOrder, lockOwnOrder, type OrderRow, updateOrder } from "./order-queries.ts";
import { refundableOf } from "./refundable.ts";
import { stopRenewal } from "./renewal.ts";

export const publishEntitlement = ({ db }: At, row: EntitlementRow): Promise<void> =>
  publish(db, entitlementMoved, {
    workspaceId: row.workspaceId,
    entitlementId: row.id,
    orderId: row.orderId,
    personId: row.personId,
    productId: row.productId,
    state: row.state,
  });

/** Until when what one has of the same product lasts; null when there is nothing, or nothing with an end. */
export function runsUntil(live: readonly EntitlementRow[], productId: string): Date | null {
  const ends = live.flatMap((row) =>
    row.productId === productId && row.endsAt !== null ? [row.endsAt.getTime()] : [],
  );
  return ends.length === 0 ? null : new Date(Math.max(...ends));
}

/**
 * Gives a paid order what it promises, and completes it. A top-up's money stays where it is, on the customer's account. Another service
 * package takes the place of the one that runs: its unused days go to the balance (`term.ts`).
 */
export async function deliverOrder(at: At, order: OrderRow, by: string | null = null): Promise<OrderRow> {
  const { kind, durationDays, postsPerDay } = order.product;
  if (kind === "topup")
    return moveOrder(at, order, "completed", {
      values: { activatedAt: at.now },
      line: { kind: "credited", details: { amount: order.due, currency: order.currency }, by },
    });
  const { timeZone } = await findWorkspace(at.db, order.workspaceId);
  if (kind === "service") await replaceOthers(at, order, timeZone);
  const live = await listLiveOf(at.db, order.workspaceId, order.personId, at.now, { locked: true });
  const term = termFrom({
    now: at.now,
    durationDays,
    bonusDays: order.bonusDays,
    runsUntil: runsUntil(live, order.productId),
    timeZone,
  });
  const entitlement = await insertEntitlement(at.db, {
    ...term,
    workspaceId: order.workspaceId,
    personId: order.personId,
    orderId: order.id,
    productId: order.productId,
    kind,
    postsPerDay,
    createdAt: at.now,
    updatedAt: at.now,
  });
  const completed = await moveOrder(at, order, "completed", {
    values: { activatedAt: at.now },
    line: {
      kind: term.endsAt === null ? "activated" : term.startsAt > at.now ? "prolonged" : "activated_until",
      details: term.endsAt === null ? {} : { from: term.startsAt.toISOString(), until: term.endsAt.toISOString() },
      by,
    },
  });
  await publishEntitlement(at, entitlement);
  await notifyLive(at.db, {
    workspaceId: order.workspaceId,
    topic: "mine",
    id: order.personId,
    personId: order.personId,
  });
  return completed;
}

/**
 * Ends the packages that another one takes the place of, and gives back what of them is unused, as far as it is not promised back
 * already.
 */
async function replaceOthers(at: At, order: OrderRow, timeZone: string): Promise<void> {
  const { workspaceId, personId, productId } = order;
  for (const { id, orderId } of await listOtherPackages(at.db, workspaceId, personId, productId)) {
    const former = await lockOwnOrder(at.db, workspaceId, orderId);
    if (!former) throw new Error("an entitlement without its order");
    const row = await lockActive(at.db, id);
    if (!row) continue;
    const { currency } = former;
    const credit = worthOfUnused(row, { amount: await refundableOf(at.db, former), currency }, at.now, timeZone);
    await publishEntitlement(at, await updateEntitlement(at.db, row.id, { state: "revoked", endedAt: at.now }));
    if (!isZero(credit)) {
      const customer = { kind: "customer", holder: personId } as const;
      await book(at.db, {
        workspaceId,
        cause: "order.replaced",
        causeId: row.id,
        at: at.now,
        entries: transfer({ kind: "revenue" }, customer, currency, credit),
      });
      await updateOrder(at.db, former.id, { refunded: plus(former.refunded, credit), updatedAt: at.now });
      await countDays(at.db, [
        { workspaceId, day: dayOf(at.now, timeZone), productId: former.productId, currency, refunded: credit },
      ]);
    }
    await tellStory(at, former, [{ kind: "replaced", details: { number: order.number, amount: credit, currency } }]);
    await stopRenewal(at, former);
  }
}

/**
 * Takes back what an order gave. What was bought to follow it begins earlier: at once, or when the one before it ends, each with its own
 * number of days.
 */
export async function revokeEntitlement(at: At, row: EntitlementRow): Promise<void> {
  await publishEntitlement(at, await updateEntitlement(at.db, row.id, { state: "revoked", endedAt: at.now }));
  await notifyLive(at.db, { workspaceId: row.workspaceId, topic: "mine", id: row.personId, personId: row.personId });
  if (row.endsAt === null || row.endsAt <= at.now) return;
  const { timeZone } = await findWorkspace(at.db, row.workspaceId);
  const live = await listLiveOf(at.db, row.workspaceId, row.personId, at.now, { locked: true });
  const followers = live.filter(
    ({ productId, startsAt, endsAt }) =>
      productId === row.productId && endsAt !== null && row.endsAt !== null && startsAt >= row.endsAt,
  );
  let begin = new Date(Math.max(row.startsAt.getTime(), at.now.getTime()));
  for (const follower of followers) {
    const order = await findOwnOrder(at.db, row.workspaceId, follower.orderId);
    if (!order || order.product.durationDays === null) continue;
    const endsAt = addDays(begin, order.product.durationDays + order.bonusDays, timeZone);
    await publishEntitlement(
      at,
      await updateEntitlement(at.db, follower.id, { startsAt: begin, endsAt, reminded: [] }),
    );
    await tellStory(at, order, [
      { kind: "moved_up", details: { from: begin.toISOString(), until: endsAt.toISOString() } },
    ]);
    begin = endsAt;
  }
}
