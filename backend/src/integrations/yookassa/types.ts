/** YooKassa's objects as far as they are read. Field names are its own; everything is checked before it is believed. */
import { amountOf, fieldsOf, listOf, momentOf, wordOf } from "@backend/kit/json-api.ts";

export interface Money {
  value: string;
  currency: string;
}

const readMoney = (value: unknown): Money | null => {
  const given = fieldsOf(value);
  const [amount, currency] = [amountOf(given.value), wordOf(given.currency)];
  return amount && currency ? { value: amount, currency } : null;
};

export interface YookassaPayment {
  id: string;
  status: "pending" | "waiting_for_capture" | "succeeded" | "canceled";
  paid: boolean;
  amount: Money;
  /** What reaches the shop, after the fee and the VAT on it. */
  income: Money | null;
  refunded: Money | null;
  reference: string | null;
  account: string | null;
  confirmation_url: string | null;
  cancellation_reason: string | null;
  test: boolean;
  created_at: Date;
  captured_at: Date | null;
}

const paymentStatuses = ["pending", "waiting_for_capture", "succeeded", "canceled"] as const;
const refundStatuses = ["pending", "succeeded", "canceled"] as const;

/** Where our reference stands in a payment's metadata. */
export const referenceKey = "reference";

/** Payments and refunds have ids of one form. What is of another form must not get into an address. */
export const isYookassaId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** Null for what is no payment. Undescribed fields may come and are passed over. */
export function readPayment(value: unknown): YookassaPayment | null {
  const given = fieldsOf(value);
  const id = wordOf(given.id);
  const status = paymentStatuses.find((one) => one === given.status);
  const amount = readMoney(given.amount);
  const createdAt = momentOf(given.created_at);
  if (!id || !isYookassaId(id) || !status || !amount || !createdAt) return null;
  return {
    id,
    status,
    paid: given.paid === true,
    amount,
    income: readMoney(given.income_amount),
    refunded: readMoney(given.refunded_amount),
    reference: wordOf(fieldsOf(given.metadata)[referenceKey]),
    account: wordOf(fieldsOf(given.recipient).account_id),
    confirmation_url: wordOf(fieldsOf(given.confirmation).confirmation_url),
    cancellation_reason: wordOf(fieldsOf(given.cancellation_details).reason),
    test: given.test === true,
    created_at: createdAt,
    captured_at: momentOf(given.captured_at),
  };
}

export interface YookassaRefund {
  id: string;
  payment_id: string;
  status: (typeof refundStatuses)[number];
  amount: Money;
  description: string | null;
  cancellation_reason: string | null;
}

export function readRefund(value: unknown): YookassaRefund | null {
  const given = fieldsOf(value);
  const [id, paymentId] = [wordOf(given.id), wordOf(given.payment_id)];
  const status = refundStatuses.find((one) => one === given.status);
  const amount = readMoney(given.amount);
  if (!id || !paymentId || !isYookassaId(paymentId) || !status || !amount) return null;
  return {
    id,
    payment_id: paymentId,
    status,
    amount,
    description: wordOf(given.description),
    cancellation_reason: wordOf(fieldsOf(given.cancellation_details).reason),
  };
}

/** One page of a list and where the next one begins. */
export function readPage<T>(value: unknown, read: (item: unknown) => T | null): { items: T[]; next: string | null } {
  const { items, next_cursor } = fieldsOf(value);
  return {
    items: listOf(items)
      .map(read)
      .filter((one) => one !== null),
    next: wordOf(next_cursor),
  };
}
