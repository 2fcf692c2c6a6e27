/** Facts about posts. */
import { defineEvent } from "@backend/kit/events.ts";
import { t } from "elysia";

/** A post moved; the last three states are final. `isLate`: its deadline passed, and its worth went back to the balance. */
export const taskMoved = defineEvent({
  name: "fulfilment.task-moved",
  payload: t.Object({
    workspaceId: t.String(),
    taskId: t.String(),
    personId: t.String(),
    orderId: t.String(),
    platform: t.String(),
    state: t.String(),
    isLate: t.Boolean(),
  }),
});

/** What a post is worth went from earnings to its customer's balance: so much less of its order can be refunded. Once for a post. */
export const worthReturned = defineEvent({
  name: "fulfilment.worth-returned",
  payload: t.Object({
    workspaceId: t.String(),
    taskId: t.String(),
    personId: t.String(),
    orderId: t.String(),
    amount: t.String(),
    currency: t.String(),
  }),
});
