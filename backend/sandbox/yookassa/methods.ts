/** YooKassa's calls, as strict as the service is known to be. */
import { invalid, kopecks, type Money, Refusal, roubles, type StandInPayment, type StandInRefund } from "./world.ts";

export interface Till {
  shopId: string;
  isTest: boolean;
  payments: StandInPayment[];
  refunds: StandInRefund[];
  /** Kopecks that the shop has: what came without the fee, less what went back. */
  balance: bigint;
  /** New refunds wait until somebody decides about them. */
  refundsWait: boolean;
  /** The shop fiscalises through the service: payments and partial refunds need a receipt. */
  needsReceipts: boolean;
  now: () => Date;
  newId: () => string;
  url: () => string;
  /** Says what happened to the shop. */
  tell: (event: string, object: StandInPayment | StandInRefund) => void;
}

type Body = Readonly<Record<string, unknown>>;
const objectIn = (value: unknown): Body => (typeof value === "object" && value !== null ? (value as Body) : {});

const hourMs = 3_600_000;
const largest = 35_000_000n;

/** Those that nobody paid within the hour end. */
export function expireIn(till: Till): void {
  for (const payment of till.payments)
    if (payment.status === "pending" && till.now().getTime() - new Date(payment.created_at).getTime() >= hourMs)
      cancelPayment(till, payment, "expired_on_confirmation");
}

export function cancelPayment(till: Till, payment: StandInPayment, reason: string): void {
  payment.status = "canceled";
  payment.cancellation_details = { party: "yoo_money", reason };
  delete payment.confirmation;
  till.tell("payment.canceled", payment);
}

/** 3.5 % and 22 % VAT on it. */
const feeOf = (sum: bigint): bigint => (sum * 427n + 9_999n) / 10_000n;

export function settlePayment(till: Till, payment: StandInPayment): void {
  const sum = kopecks(payment.amount, "amount");
  Object.assign(payment, {
    status: "succeeded",
    paid: true,
    refundable: true,
    captured_at: till.now().toISOString(),
    income_amount: roubles(sum - feeOf(sum)),
    payment_method: { type: "bank_card", id: payment.id, saved: false },
  } satisfies Partial<StandInPayment>);
  delete payment.confirmation;
  till.balance += sum - feeOf(sum);
  till.tell("payment.succeeded", payment);
}

export function settleRefund(till: Till, refund: StandInRefund): void {
  const payment = paymentBy(till, refund.payment_id);
  const sum = kopecks(refund.amount, "amount");
  refund.status = "succeeded";
  till.balance -= sum;
  payment.refunded_amount = roubles(kopecks(payment.refunded_amount, "amount") + sum);
  payment.refundable = payment.refunded_amount.value !== payment.amount.value;
  till.tell("refund.succeeded", refund);
}

export function paymentBy(till: Till, id: string): StandInPayment {
  const found = till.payments.find((one) => one.id === id);
  if (!found) throw new Refusal(404, "not_found", "Payment doesn't exist or access denied");
  return found;
}

function checkReceipt(value: unknown, sum: bigint): void {
  const receipt = objectIn(value);
  const { email, phone } = objectIn(receipt.customer);
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(String(email ?? "")) && !/^\d{7,15}$/.test(String(phone ?? "")))
    throw invalid("Incorrect customer contact", "receipt.customer");
  const items = Array.isArray(receipt.items) ? receipt.items.map(objectIn) : [];
  if (items.length < 1 || items.length > 100) throw invalid("Incorrect number of items", "receipt.items");
  let total = 0n;
  for (const item of items) {
    const description = String(item.description ?? "");
    if (description === "" || [...description].length > 128)
      throw invalid("Incorrect description", "receipt.items.description");
    const vat = Number(item.vat_code);
    if (!Number.isInteger(vat) || vat < 1 || vat > 12) throw invalid("Incorrect VAT code", "receipt.items.vat_code");
    if (!Number.isInteger(item.quantity) || Number(item.quantity) < 1)
      throw invalid("Incorrect quantity", "receipt.items.quantity");
    total += kopecks(item.amount, "receipt.items.amount") * BigInt(Number(item.quantity));
  }
  if (total !== sum) throw invalid("Receipt sum does not match the amount", "receipt.items.amount");
}

export function createPayment(till: Till, body: Body): StandInPayment {
  const sum = kopecks(body.amount, "amount");
  if (sum < 100n || sum > largest) throw invalid("Amount is out of limits", "amount.value");
  const { type, return_url } = objectIn(body.confirmation);
  if (type !== "redirect") throw invalid("Confirmation type is not supported", "confirmation.type");
  if (typeof return_url !== "string" || !/^https?:\/\//.test(return_url) || return_url.length > 2048)
    throw invalid("Incorrect return_url", "confirmation.return_url");
  const description = body.description === undefined ? undefined : String(body.description);
  if ([...(description ?? "")].length > 128) throw invalid("Description is too long", "description");
  const metadata = objectIn(body.metadata);
  const entries = Object.entries(metadata);
  if (entries.length > 16 || entries.some(([key, value]) => key.length > 32 || typeof value !== "string"))
    throw invalid("Incorrect metadata", "metadata");
  if (till.needsReceipts && body.receipt === undefined) throw invalid("Receipt is missing", "receipt");
  if (body.receipt !== undefined) checkReceipt(body.receipt, sum);
  const id = till.newId();
  const payment: StandInPayment = {
    id,
    status: "pending",
    paid: false,
    amount: body.amount as Money,
    refunded_amount: roubles(0n),
    ...(description && { description }),
    metadata: metadata as Record<string, string>,
    recipient: { account_id: till.shopId, gateway_id: "1" },
    confirmation: { type, return_url, confirmation_url: `${till.url()}/checkout/${id}` },
    ...(body.receipt !== undefined && { receipt_registration: "pending" as const }),
    refundable: false,
    test: till.isTest,
    created_at: till.now().toISOString(),
  };
  // Without `capture: true` the money would only be held, which nothing here waits for.
  if (body.capture !== true) throw invalid("Two-stage payments are not enabled for the shop", "capture");
  till.payments.push(payment);
  return payment;
}

export function createRefund(till: Till, body: Body): StandInRefund {
  const payment = till.payments.find((one) => one.id === body.payment_id);
  if (!payment) throw invalid("Payment doesn't exist or access denied", "payment_id");
  if (payment.status !== "succeeded") throw invalid("Payment has not succeeded", "payment_id");
  const sum = kopecks(body.amount, "amount");
  const waiting = till.refunds
    .filter((one) => one.payment_id === payment.id && one.status === "pending")
    .reduce((total, one) => total + kopecks(one.amount, "amount"), 0n);
  const left = kopecks(payment.amount, "amount") - kopecks(payment.refunded_amount, "amount") - waiting;
  if (left === 0n) throw invalid("Payment is already completely refunded");
  if (sum < 1n || sum > left) throw invalid("Refund sum exceeded", "amount.value");
  if (left !== sum && left - sum < 100n)
    throw invalid("Remaining payment amount after refund must be greater than 1.00 RUB", "amount.value");
  const description = body.description === undefined ? undefined : String(body.description);
  if ([...(description ?? "")].length > 250) throw invalid("Description is too long", "description");
  const isPart = sum !== kopecks(payment.amount, "amount");
  if (till.needsReceipts && isPart && body.receipt === undefined) throw invalid("Receipt is missing", "receipt");
  if (body.receipt !== undefined) checkReceipt(body.receipt, sum);
  const refund: StandInRefund = {
    id: till.newId(),
    payment_id: payment.id,
    status: "pending",
    amount: body.amount as Money,
    ...(description && { description }),
    created_at: till.now().toISOString(),
  };
  till.refunds.push(refund);
  // The service answers a refund that the shop's money does not cover as canceled, and says so in no notification.
  if (till.balance < sum) {
    refund.status = "canceled";
    refund.cancellation_details = { party: "yoo_money", reason: "insufficient_funds" };
  } else if (!till.refundsWait) settleRefund(till, refund);
  return refund;
}

/** Newest first, by `limit` and `cursor`. */
export function listOf<T extends { id: string; created_at: string; status: string }>(
  all: readonly T[],
  query: URLSearchParams,
  keep: (item: T) => boolean = () => true,
): { type: "list"; items: T[]; next_cursor?: string } {
  const limit = Number(query.get("limit") ?? 10);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid("Incorrect limit", "limit");
  const [from, status] = [query.get("created_at.gte"), query.get("status")];
  if (from !== null && Number.isNaN(Date.parse(from))) throw invalid("Incorrect moment", "created_at.gte");
  const found = all
    .filter((one) => (status === null || one.status === status) && keep(one))
    .filter((one) => from === null || new Date(one.created_at) >= new Date(from))
    .toReversed();
  const cursor = query.get("cursor");
  const start = cursor === null ? 0 : found.findIndex(({ id }) => id === cursor);
  if (start < 0) throw invalid("Incorrect cursor", "cursor");
  const next = found[start + limit];
  return { type: "list", items: found.slice(start, start + limit), ...(next && { next_cursor: next.id }) };
}
