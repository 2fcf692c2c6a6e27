/** What happens later in this room. */

import { defineJob } from "@backend/kit/jobs.ts";
import { oneOf } from "@backend/kit/one-of.ts";
import { refundStuck } from "@backend/modules/payments/index.ts";
import { t } from "elysia";
import { noticeKinds } from "./catalog-contracts.ts";

/** Ends what nobody paid within its hour. */
export const expireOrdersJob = defineJob({
  name: "shop.expire-orders",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

/** Ends what has run out, and reminds of what soon will. */
export const endEntitlementsJob = defineJob({
  name: "shop.end-entitlements",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});
export const remindJob = defineJob({
  name: "shop.remind",
  payload: t.Object({}),
  attempts: 1,
  every: "*/10 * * * *",
});

/** Asks people back whose things have ended. */
export const winBackJob = defineJob({
  name: "shop.win-back",
  payload: t.Object({}),
  attempts: 1,
  every: "*/10 * * * *",
});

/** What a customer is told of an order. */
export const tellings = [
  "completed",
  "processing",
  "failed",
  "expired",
  "refunded",
  "money_waits",
  "money_kept",
  "money_foreign",
  "ends_soon",
  "ended",
] as const;
export type Telling = (typeof tellings)[number];

/** One message to a customer; `subject` tells two of one kind apart (a refund, a payment, the days of a reminder). */
export const tellCustomerJob = defineJob({
  name: "shop.tell-customer",
  payload: t.Object({
    workspaceId: t.String(),
    orderId: t.String(),
    what: oneOf(tellings),
    subject: t.Optional(t.String()),
  }),
  key: ({ orderId, what, subject }) => `${orderId}:${what}:${subject ?? ""}`,
  attempts: 8,
});

/** Tells whoever may have a stuck refund tried again. */
export const tellStuckRefundJob = defineJob({
  name: "shop.tell-stuck-refund",
  payload: refundStuck.payload,
  key: ({ refundId, stuckAt }) => `${refundId}:${stuckAt}`,
  attempts: 8,
});

/** One notice to the chat that the settings name: of an order, a payment that waits, or somebody new. */
export const tellTeamJob = defineJob({
  name: "shop.tell-team",
  payload: t.Object({
    workspaceId: t.String(),
    kind: oneOf(noticeKinds),
    /** The id of an order, a payment or a subscriber, as `kind` has it. */
    id: t.String(),
    details: t.Optional(t.Record(t.String(), t.String())),
  }),
  key: ({ kind, id }) => `${kind}:${id}`,
  attempts: 8,
});
