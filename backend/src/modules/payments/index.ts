/**
 * Payments: money that comes, goes back and is kept in books. What holds: a webhook is a hint, and the provider is asked before anything
 * is believed; amount, asset, currency, account and order must match what was asked for, anything else waits for a person with the
 * reason; however often a payment is told, it is one row and one booking; no transaction is open while a provider is asked; the books are
 * double, append-only and exact, and a transaction in them has one cause. A provider hears of an invoice or a refund after its row is
 * committed, with the row's id as its key.
 */
export { type Booking, balancesOf, book } from "./actions/book.ts";
export { connectFromEnvironment, connectProvider } from "./actions/connections.ts";
export { ratesInto } from "./actions/keep-rates.ts";
export { lockTill } from "./actions/lock-till.ts";
export { closeInvoice, invoiceOf, methodsOf, type OpenInvoice, openInvoice } from "./actions/open-invoice.ts";
export { chooseRenewals, type Renewal, renewalsOf } from "./actions/renewals.ts";
export { type RequestRefund, requestRefund } from "./actions/request-refund.ts";
export {
  checkStars,
  noteStarsRefund,
  noteStarsSubscription,
  type StarsCheck,
  type StarsPayment,
  type StarsRefusal,
  takeStarsPayment,
} from "./actions/stars.ts";
export { currenciesOf } from "./domain/currencies.ts";
export { type AccountName, type Entry, transfer } from "./domain/entries.ts";
export { balanceTooLow } from "./errors.ts";
export {
  invoiceFailed,
  paymentNeedsCheck,
  paymentSettled,
  paymentTurnedAway,
  refundSettled,
  refundStuck,
  subscriptionMoved,
} from "./events.ts";
export { hookConnections, noteHookRefusals } from "./hook-connections.ts";
export { paymentsModule } from "./module.ts";
export { paymentsPersonData } from "./person-data.ts";
export type { PaymentProvider, PaymentsPorts } from "./ports.ts";
export type { InvoiceRow } from "./queries.ts";
export { listRefundsOfOrder, type RefundRow } from "./refund-queries.ts";
export { orderPaidCause } from "./refund-source.ts";
export { isStuck } from "./refund-state.ts";
export { moneyWaits, waitingMoney, withWaitingMoney } from "./waiting-queries.ts";
