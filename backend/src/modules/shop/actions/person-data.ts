import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import { lockTill } from "@backend/modules/payments/index.ts";
import { plain } from "../domain/money.ts";
import { listEntitlementsOf } from "../entitlement-queries.ts";
import { forgetBuyer, listOwnOrders } from "../order-queries.ts";
import { stopRenewalsOf } from "../renewal.ts";

/** An export is read by a person: more orders than anybody places. */
const ordersAtMost = 10_000;

/**
 * What this room holds about a person. Erasure takes the receipts' address and members' words, and ends what would be charged month by
 * month; orders stay, since money points to them.
 */
export const shopPersonData: PersonDataSource = {
  room: "shop",
  async exportPerson(db, { workspaceId, personId }) {
    const orders = await listOwnOrders(db, workspaceId, { personId }, { before: null, limit: ordersAtMost });
    const entitlements = await listEntitlementsOf(db, workspaceId, personId);
    return {
      orders: orders.map((order) => ({
        number: order.number,
        product: order.product.title,
        state: order.state,
        method: order.method,
        price: plain(order.price),
        discount: plain(order.discount),
        fromBalance: plain(order.fromBalance),
        due: plain(order.due),
        refunded: plain(order.refunded),
        currency: order.currency,
        email: order.email,
        createdAt: order.createdAt.toISOString(),
        paidAt: order.paidAt?.toISOString() ?? null,
      })),
      entitlements: entitlements.map(({ kind, state, startsAt, endsAt }) => ({
        kind,
        state,
        startsAt: startsAt.toISOString(),
        endsAt: endsAt?.toISOString() ?? null,
      })),
    };
  },
  async erasePerson(db, { workspaceId, personId }) {
    await lockTill(db, workspaceId);
    await forgetBuyer(db, workspaceId, personId);
    await stopRenewalsOf(db, workspaceId, personId);
  },
};
