/** Facts about money. Whoever reacts writes in the same transaction: a paid order without its payment is never seen. */
import { defineEvent } from "@backend/kit/events.ts";
import { oneOf } from "@backend/kit/one-of.ts";
import { t } from "elysia";

/**
 * Money for an order is ours: it was booked onto the customer's account (or, `isByHand`, somebody decided so about money that waited).
 * The shop takes it from there.
 */
export const paymentSettled = defineEvent({
  name: "payments.payment-settled",
  payload: t.Object({
    workspaceId: t.String(),
    paymentId: t.String(),
    orderId: t.String(),
    personId: t.Nullable(t.String()),
    provider: t.String(),
    amount: t.String(),
    currency: t.String(),
    isByHand: t.Boolean(),
    /** A subscription's next month: the order is one that was paid before. */
    isRenewal: t.Boolean(),
  }),
});

/**
 * Money waits for somebody to decide about it: it came and fits nothing, its provider says that it is gone (`charged_back`), or giving it
 * back did not work out. `orderId`: of the order that it was meant for, where that is known.
 */
export const paymentNeedsCheck = defineEvent({
  name: "payments.payment-needs-check",
  payload: t.Object({
    workspaceId: t.String(),
    paymentId: t.String(),
    orderId: t.Nullable(t.String()),
    provider: t.String(),
    reason: t.String(),
    amount: t.String(),
    currency: t.String(),
  }),
});

/**
 * Somebody has decided about money that waited, otherwise than that it pays its order (of that `paymentSettled` tells). `personId`: onto
 * whose balance it went; `refunded` is a promise, whose fulfilment `refundSettled` tells of.
 */
export const paymentTurnedAway = defineEvent({
  name: "payments.payment-turned-away",
  payload: t.Object({
    workspaceId: t.String(),
    paymentId: t.String(),
    orderId: t.Nullable(t.String()),
    personId: t.Nullable(t.String()),
    resolution: t.Union([t.Literal("to_balance"), t.Literal("refunded"), t.Literal("dismissed")]),
    amount: t.String(),
    currency: t.String(),
  }),
});

/** Money went back, to the payer or onto his balance; also when somebody did it in the provider's own cabinet. */
export const refundSettled = defineEvent({
  name: "payments.refund-settled",
  payload: t.Object({
    workspaceId: t.String(),
    refundId: t.String(),
    paymentId: t.Nullable(t.String()),
    orderId: t.Nullable(t.String()),
    personId: t.Nullable(t.String()),
    amount: t.String(),
    currency: t.String(),
    to: t.Union([t.Literal("provider"), t.Literal("balance")]),
    isOutside: t.Boolean(),
  }),
});

/**
 * A refund failed here five times in a row, by a fault of our own: whether the money has gone is not known, and it is not tried before
 * somebody says so. `stuckAt` tells one time of being stuck from another.
 */
export const refundStuck = defineEvent({
  name: "payments.refund-stuck",
  payload: t.Object({
    workspaceId: t.String(),
    refundId: t.String(),
    paymentId: t.Nullable(t.String()),
    orderId: t.Nullable(t.String()),
    amount: t.String(),
    currency: t.String(),
    stuckAt: t.String(),
  }),
});

/** An invoice could not be made, or ended unpaid at the provider. */
export const invoiceFailed = defineEvent({
  name: "payments.invoice-failed",
  payload: t.Object({
    workspaceId: t.String(),
    invoiceId: t.String(),
    orderId: t.String(),
    provider: t.String(),
    problem: t.String(),
  }),
});

/**
 * A subscriber changed his mind about the months to come, or the next one could not be paid; or the provider has done what we wanted
 * (`stopped`, `resumed`), or refuses to (`kept`, with the `problem`); `second_…` is another subscription of the same order, whose money was not
 * taken. What was paid stays until its end.
 */
export const subscriptionMoved = defineEvent({
  name: "payments.subscription-moved",
  payload: t.Object({
    workspaceId: t.String(),
    invoiceId: t.String(),
    orderId: t.String(),
    state: oneOf(["canceled", "active", "failed", "stopped", "resumed", "kept", "second_stopped", "second_kept"]),
    problem: t.Optional(t.String()),
  }),
});
