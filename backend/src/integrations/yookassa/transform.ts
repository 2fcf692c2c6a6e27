/** YooKassa's words → ours, and ours → its. Beyond this file nobody says "captured" or "income_amount". */
import { cutText, type Fields } from "@backend/kit/json-api.ts";
import type {
  InvoiceRequest,
  ProviderInvoice,
  ProviderPayment,
  ProviderProblem,
  ProviderRefund,
  RefundRequest,
} from "@backend/modules/payments/ports.ts";
import Big from "big.js";
import { YookassaFailure } from "./client.ts";
import { referenceKey, type YookassaPayment, type YookassaRefund } from "./types.ts";

/** Two decimals, always. An amount with more would have to be rounded, and whose the difference is nobody has decided. */
export function toMoney(amount: string, currency: string): { value: string; currency: string } {
  const exact = new Big(amount);
  if (!exact.eq(exact.round(2))) throw new YookassaFailure("amount_refused", { retryable: false });
  return { value: exact.toFixed(2), currency };
}

interface Sale {
  amount: string;
  currency: string;
  title: string;
  receipt: NonNullable<InvoiceRequest["receipt"]>;
}

/** A receipt of one item (54-FZ): a service, paid in full. `amount` there is the price of one unit. */
const toReceipt = ({ amount, currency, title, receipt }: Sale): Fields => ({
  customer: { email: receipt.email },
  items: [
    {
      description: cutText(title, 128),
      quantity: 1,
      amount: toMoney(amount, currency),
      vat_code: receipt.vatCode,
      payment_subject: "service",
      payment_mode: "full_payment",
    },
  ],
  ...(receipt.taxSystemCode !== null && { tax_system_code: receipt.taxSystemCode }),
});

export function toCreatePayment(request: InvoiceRequest): Fields {
  const { amount, currency, title, receipt, returnUrl, reference } = request;
  return {
    amount: toMoney(amount, currency),
    // Left out it is false, and the money would only be held.
    capture: true,
    confirmation: { type: "redirect", return_url: returnUrl },
    description: cutText(title, 128),
    metadata: { [referenceKey]: reference },
    ...(receipt && { receipt: toReceipt({ amount, currency, title, receipt }) }),
  };
}

/**
 * A refund carries no metadata, so its description names ours: the idempotence key is forgotten after 24 hours, and only by this can a
 * later try find what an earlier one made. A whole refund repeats the sale's receipt by itself; a part needs one of its own.
 */
export function toCreateRefund(request: RefundRequest): Fields {
  const { paymentRef, amount, currency, refundId, reason, receipt, isFull } = request;
  const title = reason ?? refundId;
  return {
    payment_id: paymentRef,
    amount: toMoney(amount, currency),
    description: `${cutText(reason ?? "", 200)} (${refundId})`.trim(),
    ...(receipt && !isFull && { receipt: toReceipt({ amount, currency, title, receipt }) }),
  };
}

export function toInvoice(payment: YookassaPayment): ProviderInvoice {
  return {
    // A payment stands for its invoice here: there is one object for both.
    ref: payment.id,
    state: stateOf(payment),
    links: payment.confirmation_url === null ? {} : { web: payment.confirmation_url },
    payment: toPayment(payment),
  };
}

function stateOf({ status, paid, cancellation_reason }: YookassaPayment): ProviderInvoice["state"] {
  if (status === "succeeded" && paid) return "paid";
  if (status !== "canceled") return "open";
  return cancellation_reason === "expired_on_confirmation" ? "expired" : "cancelled";
}

/** Null while the money has not come for good. */
export function toPayment(payment: YookassaPayment): ProviderPayment | null {
  if (payment.status !== "succeeded" || !payment.paid) return null;
  const { amount, income } = payment;
  const fee = income && income.currency === amount.currency ? new Big(amount.value).minus(income.value) : null;
  return {
    ref: payment.id,
    invoiceRef: payment.id,
    reference: payment.reference,
    amount: amount.value,
    currency: amount.currency,
    paidAmount: null,
    paidAsset: null,
    isAssetAccepted: true,
    feeAmount: fee?.gte(0) ? fee.toFixed() : null,
    feeCurrency: fee?.gte(0) ? amount.currency : null,
    refunded: payment.refunded?.currency === amount.currency ? payment.refunded.value : "0",
    isTest: payment.test,
    account: payment.account,
    payerTelegramId: null,
    paidAt: payment.captured_at ?? payment.created_at,
  };
}

const refundStates = { pending: "pending", succeeded: "succeeded", canceled: "failed" } as const;
/** Reasons that a canceled refund gives, as far as somebody can do something about them. */
const refundProblems: Readonly<Record<string, ProviderProblem>> = {
  insufficient_funds: "not_enough_money",
  yoo_money_account_closed: "not_found",
};

export function toRefund(refund: YookassaRefund): ProviderRefund {
  const reason = refund.cancellation_reason ?? "";
  return {
    ref: refund.id,
    state: refundStates[refund.status],
    amount: refund.amount.value,
    problem: refund.status === "canceled" ? (refundProblems[reason] ?? "request_refused") : null,
  };
}
