/**
 * What YooKassa sends. Nothing signs it: the sender's address is looked at, and then the object is asked for before anything is
 * believed. The same notification comes again and in any order.
 */
import { fieldsOf, wordOf } from "@backend/kit/json-api.ts";
import { isYookassaId } from "./types.ts";

/** Where notifications come from, as the documentation publishes it. */
export const yookassaNetworks: readonly string[] = [
  "185.71.76.0/27",
  "185.71.77.0/27",
  "77.75.153.0/25",
  "77.75.156.11",
  "77.75.156.35",
  "77.75.154.128/25",
  "2a02:5180::/32",
];

export interface YookassaNews {
  kind: "payment" | "refund";
  /** "payment.succeeded", as it came. */
  event: string;
  /** The object that changed. */
  ref: string;
  /** The payment that it is about. */
  paymentRef: string;
}

/** Null for events of other kinds and for what is no notification. */
export function readYookassaNotification(notification: unknown): YookassaNews | null {
  const { type, event, object } = fieldsOf(notification);
  const { id, payment_id } = fieldsOf(object);
  const [name, ref] = [wordOf(event), wordOf(id)];
  const kind = name?.startsWith("payment.") ? "payment" : name?.startsWith("refund.") ? "refund" : null;
  const paymentRef = kind === "payment" ? ref : wordOf(payment_id);
  if (type !== "notification" || !name || !kind || !ref || !paymentRef || !isYookassaId(paymentRef)) return null;
  return { kind, event: name, ref, paymentRef };
}
