/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { askInvoice, hearInvoice, sweepPayments } from "./actions/ask-provider.ts";
import { checkAllBooks, checkBooks } from "./actions/check-books.ts";
import { keepRates } from "./actions/keep-rates.ts";
import { closeAtProvider, makeInvoice } from "./actions/make-invoice.ts";
import { reconcile, reconcileAll } from "./actions/reconcile.ts";
import { setRenewal } from "./actions/renewals.ts";
import { stopSubscription } from "./actions/stop-subscription.ts";
import { moveRefundOrHold } from "./actions/stuck-refunds.ts";
import {
  askInvoiceJob,
  checkAllBooksJob,
  checkBooksJob,
  closeAtProviderJob,
  hearInvoiceJob,
  keepRatesJob,
  makeInvoiceJob,
  moveRefundJob,
  reconcileAllJob,
  reconcileJob,
  setRenewalJob,
  stopSubscriptionJob,
  sweepPaymentsJob,
} from "./jobs.ts";
import { paymentReaders } from "./read-webhook.ts";
import { paymentsRoutes } from "./routes.ts";
import { paymentHookRoutes } from "./webhook-routes.ts";

const ours = ({ workspaceId }: { workspaceId: string }) => workspaceId;

const handlers: readonly JobHandler[] = [
  handle(makeInvoiceJob, makeInvoice, ours),
  handle(closeAtProviderJob, closeAtProvider, ours),
  handle(hearInvoiceJob, hearInvoice, ours),
  handle(askInvoiceJob, askInvoice, ours),
  handle(moveRefundJob, moveRefundOrHold, ours),
  handle(setRenewalJob, setRenewal, ours),
  handle(stopSubscriptionJob, stopSubscription, ours),
  handle(sweepPaymentsJob, sweepPayments),
  handle(reconcileJob, reconcile, ours),
  handle(reconcileAllJob, reconcileAll),
  handle(checkBooksJob, checkBooks, ours),
  handle(checkAllBooksJob, checkAllBooks),
  handle(keepRatesJob, keepRates),
];

export const paymentsModule = {
  /** Under the API's base. */
  routes: paymentsRoutes,
  /** At the root: where providers call. */
  hookRoutes: paymentHookRoutes,
  readers: paymentReaders,
  handlers,
};
