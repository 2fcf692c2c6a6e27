/** What happens later in this room. A call of a provider is always a job: nothing is open in the database while it is asked. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

const Ours = { workspaceId: t.String() };

/** `provider`: left out by processes of a version that did not say it. */
const AtProvider = { ...Ours, provider: t.Optional(t.String()) };
/** All calls of a workspace's account at a provider share its places. */
const account = ({ workspaceId, provider = "any" }: { workspaceId: string; provider?: string }) =>
  `payments:${workspaceId}:${provider}`;

/** One try to have an invoice made. The plan of retries is the room's own (`domain/plans.ts`); the job's tries are for crashes. */
export const makeInvoiceJob = defineJob({
  name: "payments.make-invoice",
  payload: t.Object({ ...AtProvider, invoiceId: t.String() }),
  key: ({ invoiceId }) => invoiceId,
  attempts: 5,
  priority: -5,
  isOutside: true,
  server: account,
});

/** So that what was given up here cannot be paid there, where the provider can do that. */
export const closeAtProviderJob = defineJob({
  name: "payments.close-at-provider",
  payload: t.Object({ ...AtProvider, invoiceId: t.String() }),
  key: ({ invoiceId }) => invoiceId,
  attempts: 4,
  isOutside: true,
  server: account,
});

/** Asks a provider about one of its invoices because a webhook spoke of it. */
export const hearInvoiceJob = defineJob({
  name: "payments.hear-invoice",
  payload: t.Object({ ...AtProvider, connectionId: t.String(), ref: t.String() }),
  key: ({ connectionId, ref }) => `${connectionId}:${ref}`,
  attempts: 12,
  priority: -5,
  isOutside: true,
  server: account,
});

/** Asks about one of our own accord: a lost webhook costs a minute, not an order. Behind what webhooks spoke of. */
export const askInvoiceJob = defineJob({
  name: "payments.ask-invoice",
  payload: t.Object({ ...AtProvider, invoiceId: t.String(), connectionId: t.String() }),
  key: ({ invoiceId }) => invoiceId,
  queue: ({ connectionId }) => `payments-ask:${connectionId}`,
  attempts: 2,
  isOutside: true,
  server: account,
});

/** One step of a refund: sends it, asks after it. */
export const moveRefundJob = defineJob({
  name: "payments.move-refund",
  payload: t.Object({ ...Ours, refundId: t.String() }),
  key: ({ refundId }) => refundId,
  attempts: 5,
  isOutside: true,
  // Whose account it was paid to is found by its payment: refunds of a workspace have places beside those of its accounts.
  server: ({ workspaceId }) => `refunds:${workspaceId}`,
});

/** Has a provider charge a subscription's next month, or not. A month lasts longer than the tries; the night finds what is left. */
export const setRenewalJob = defineJob({
  name: "payments.set-renewal",
  payload: t.Object({ ...Ours, invoiceId: t.String(), payerTelegramId: t.Number() }),
  key: ({ invoiceId }) => invoiceId,
  queue: ({ invoiceId }) => `payments-renewal:${invoiceId}`,
  attempts: 20,
  isOutside: true,
  server: ({ workspaceId }) => account({ workspaceId, provider: "stars" }),
});

/** Has a provider charge no further month of a subscription whose money pays nothing. The payer's id may be nowhere else. */
export const stopSubscriptionJob = defineJob({
  name: "payments.stop-subscription",
  payload: t.Object({
    ...Ours,
    paymentId: t.String(),
    payerTelegramId: t.Number(),
    askedAt: t.String(),
    /** Its order's story says already that the provider refuses. */
    isTold: t.Boolean(),
  }),
  key: ({ paymentId }) => paymentId,
  attempts: 20,
  isOutside: true,
  server: ({ workspaceId }) => account({ workspaceId, provider: "stars" }),
});

/** Finds invoices and refunds whose time to be asked about has come, and those whose job was lost. */
export const sweepPaymentsJob = defineJob({
  name: "payments.sweep",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

/** Compares a provider's list with ours. */
export const reconcileJob = defineJob({
  name: "payments.reconcile",
  payload: t.Object({ ...Ours, connectionId: t.String() }),
  key: ({ connectionId }) => connectionId,
  attempts: 4,
  isOutside: true,
});
export const reconcileAllJob = defineJob({
  name: "payments.reconcile-all",
  payload: t.Object({}),
  attempts: 3,
  every: "17 2 * * *",
});

export const checkBooksJob = defineJob({
  name: "payments.check-books",
  payload: t.Object(Ours),
  key: ({ workspaceId }) => workspaceId,
  attempts: 3,
});
export const checkAllBooksJob = defineJob({
  name: "payments.check-all-books",
  payload: t.Object({}),
  attempts: 3,
  every: "41 2 * * *",
});

/** Today's rates, for reports that add up several currencies. */
export const keepRatesJob = defineJob({
  name: "payments.keep-rates",
  payload: t.Object({}),
  attempts: 5,
  every: "5 0 * * *",
  isOutside: true,
});
