/** Calls of the port of payments as tests of its adapters make them. */
import type { InvoiceRequest, RefundRequest } from "@backend/modules/payments/ports.ts";

export const invoiceRequest = (over: Partial<InvoiceRequest>): InvoiceRequest => ({
  reference: crypto.randomUUID(),
  amount: "99.99",
  currency: "USD",
  title: "Starter Mini, 30 days",
  description: "Three posts a day",
  expiresInSec: 3600,
  returnUrl: "https://t.me/demo_bot?startapp=order_7",
  isSubscription: false,
  receipt: null,
  ...over,
});

export const refundRequest = (paymentRef: string, over: Partial<RefundRequest>): RefundRequest => ({
  refundId: crypto.randomUUID(),
  paymentRef,
  amount: "99.99",
  currency: "USD",
  paidAmount: null,
  paidAsset: null,
  isFull: true,
  reason: null,
  payerTelegramId: null,
  receipt: null,
  ...over,
});
