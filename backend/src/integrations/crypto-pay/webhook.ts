/** What Crypto Pay sends when an invoice is paid. It is a hint: the invoice is asked for before anything is believed. */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { bodyFields, fieldsOf, idOf } from "@backend/kit/json-api.ts";
import type { ProviderHook } from "@backend/modules/payments/ports.ts";

/** The header that carries the signature. */
export const cryptoPaySignatureHeader = "crypto-pay-api-signature";

/** HMAC-SHA-256 over the bytes as they came, its key the SHA-256 of the API token; lower-case hex. */
export const signCryptoPay = (token: string, body: Uint8Array): string =>
  createHmac("sha256", createHash("sha256").update(token).digest()).update(body).digest("hex");

/** Over the raw body, before anything is parsed, in constant time. */
export function isSignedByCryptoPay(token: string, body: Uint8Array, given: string | null): boolean {
  // timingSafeEqual throws on unequal lengths.
  if (given === null || !/^[0-9a-f]{64}$/i.test(given)) return false;
  return timingSafeEqual(Buffer.from(signCryptoPay(token, body), "hex"), Buffer.from(given, "hex"));
}

/** Access is the app's token: there is no other secret. Its age is not looked at, as a webhook is tried again for three days. */
export const cryptoPayHook: ProviderHook = {
  refusal: (token, { body, header }) =>
    isSignedByCryptoPay(token, body, header(cryptoPaySignatureHeader)) ? null : "bad_signature",
  invoiceRef(body) {
    // `update_id` is no key: the API calls it "non-unique", and two invoices may share one.
    const { update_type, payload } = bodyFields(body);
    const { invoice_id, status } = fieldsOf(payload);
    return update_type === "invoice_paid" && status === "paid" ? idOf(invoice_id) : null;
  },
};
