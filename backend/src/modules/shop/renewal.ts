/** Subscriptions in Stars: every month is an order of its own, and whether the next one is charged is wanted here and done by payments. */
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { type Renewal, renewalsOf } from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import type { EntitlementRow } from "./entitlement-queries.ts";
import { renewalChosen } from "./events.ts";
import { type At, tellStory } from "./move-order.ts";
import { listRenewingOrders, type OrderRow } from "./order-queries.ts";

/** The order that a month's subscription began with. */
const firstOf = ({ id, renewsOrderId }: OrderRow): string => renewsOrderId ?? id;

const isSubscription = ({ product, method }: OrderRow): boolean => product.isSubscription && method === "stars";

export const isSubscribed = (order: OrderRow): boolean => isSubscription(order) && order.paidAt !== null;

/** Writes down that somebody wants the next month, or does not; Telegram is told by a job. */
export async function chooseRenewal(at: At, order: OrderRow, isOn: boolean, line: { kind: string; by: string | null }) {
  await tellStory(at, order, [line]);
  const { workspaceId, personId } = order;
  await publish(at.db, renewalChosen, { workspaceId, orderId: firstOf(order), isOn });
  await notifyLive(at.db, { workspaceId, topic: "mine", id: personId, personId });
}

/** What a month gave has ended before its time, or was never given: no further one is charged. Nothing for orders that are no subscription. */
export async function stopRenewal(at: At, order: OrderRow): Promise<void> {
  if (isSubscription(order)) await chooseRenewal(at, order, false, { kind: "renewal_ends", by: null });
}

/** Somebody is erased: what would still be charged to him is not. */
export async function stopRenewalsOf(db: Db, workspaceId: string, personId: string): Promise<void> {
  for (const order of await listRenewingOrders(db, workspaceId, personId))
    await publish(db, renewalChosen, { workspaceId, orderId: firstOf(order), isOn: false });
}

/** Of months that run or wait to be given, by their orders' ids: only there a next one can be charged. */
export async function renewalsFor(
  db: Db,
  months: readonly { order: OrderRow; entitlement: EntitlementRow | null }[],
): Promise<Map<string, Renewal>> {
  const running = months.filter(
    ({ order, entitlement }) =>
      isSubscribed(order) && (order.state === "processing" || entitlement?.state === "active"),
  );
  const renewals = await renewalsOf(db, [...new Set(running.map(({ order }) => firstOf(order)))]);
  return new Map(
    running.flatMap(({ order }) => {
      const renewal = renewals.get(firstOf(order));
      return renewal ? [[order.id, renewal] as const] : [];
    }),
  );
}
