/**
 * What YooKassa sends. Nothing signs it: the sender's address is looked at, and then the object is asked for before anything is
 * believed. The same notification comes again and in any order.
 */
import { addressList } from "@backend/kit/address.ts";
import { bodyFields, fieldsOf, wordOf } from "@backend/kit/json-api.ts";
import type { ProviderHook } from "@backend/modules/payments/ports.ts";
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

/** `networks` in place of the published ones, where they are named. Throws on what is no address or network. */
export function yookassaHook(networks: readonly string[] = []): ProviderHook {
  const known = addressList(networks.length > 0 ? networks : yookassaNetworks);
  return {
    refusal: (_access, { sender }) => (sender !== null && known.has(sender) ? null : "foreign_address"),
    invoiceRef(body) {
      const { type, event, object } = bodyFields(body);
      const { id, payment_id } = fieldsOf(object);
      const name = type === "notification" ? (wordOf(event) ?? "") : "";
      const ref = name.startsWith("payment.") ? id : name.startsWith("refund.") ? payment_id : null;
      return typeof ref === "string" && isYookassaId(ref) ? ref : null;
    },
  };
}
