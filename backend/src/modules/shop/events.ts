/** Facts about orders and about what people have of them. */
import { defineEvent } from "@backend/kit/events.ts";
import { t } from "elysia";

/** An order moved along its machine; `state` is where it is now. */
export const orderMoved = defineEvent({
  name: "shop.order-moved",
  payload: t.Object({
    workspaceId: t.String(),
    orderId: t.String(),
    number: t.Integer(),
    personId: t.String(),
    productId: t.String(),
    state: t.String(),
    method: t.String(),
    amount: t.String(),
    currency: t.String(),
  }),
});

/** Whether a subscription's next month is wanted; `orderId` is the order that it began with. */
export const renewalChosen = defineEvent({
  name: "shop.renewal-chosen",
  payload: t.Object({ workspaceId: t.String(), orderId: t.String(), isOn: t.Boolean() }),
});

/** What a person has of an order began, was renewed, or ended. */
export const entitlementMoved = defineEvent({
  name: "shop.entitlement-moved",
  payload: t.Object({
    workspaceId: t.String(),
    entitlementId: t.String(),
    orderId: t.String(),
    personId: t.String(),
    productId: t.String(),
    state: t.String(),
  }),
});
