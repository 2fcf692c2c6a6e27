/** Crypto Pay's words → ours, and ours → its. Beyond this file nobody says "fiat" or "paid_asset". */
import { cutText, type Fields } from "@backend/kit/json-api.ts";
import type { InvoiceRequest, ProviderInvoice, ProviderPayment } from "@backend/modules/payments/ports.ts";
import Big from "big.js";
import type { CryptoPayInvoice } from "./types.ts";

/** Currencies in which a price may be named; it is paid in a coin by the rate of the moment. Everything else is a coin. */
const fiats: ReadonlySet<string> = new Set(
  "USD EUR RUB BYN UAH GBP CNY KZT UZS GEL TRY AMD THB INR BRL IDR AZN AED PLN ILS KGS TJS".split(" "),
);

/** Coins that a price in a currency may be paid in: those that the API's page lists. */
export const acceptedAssets = ["USDT", "TON", "BTC", "ETH", "LTC", "BNB", "TRX", "USDC"] as const;

const longestExpirySec = 2_678_400;

/** `accepted_assets` goes out as one text with commas; a list is answered with a 500. */
export function toCreateInvoice(request: InvoiceRequest): Fields {
  const isFiat = fiats.has(request.currency);
  const description = cutText(request.description || request.title, 1024);
  return {
    currency_type: isFiat ? "fiat" : "crypto",
    ...(isFiat ? { fiat: request.currency, accepted_assets: acceptedAssets.join(",") } : { asset: request.currency }),
    amount: request.amount,
    ...(description && { description }),
    payload: request.reference,
    paid_btn_name: "openBot",
    paid_btn_url: request.returnUrl,
    // A comment would come back as text that nobody asked for; an anonymous payer could never be paid back.
    allow_comments: false,
    allow_anonymous: false,
    expires_in: Math.min(longestExpirySec, Math.max(1, Math.ceil(request.expiresInSec))),
  };
}

const states = { active: "open", paid: "paid", expired: "expired" } as const;

export function toInvoice(invoice: CryptoPayInvoice): ProviderInvoice {
  const telegram = invoice.mini_app_invoice_url ?? invoice.bot_invoice_url;
  return {
    ref: invoice.invoice_id,
    state: states[invoice.status],
    links: {
      ...(telegram && { telegram }),
      ...(invoice.web_app_invoice_url && { web: invoice.web_app_invoice_url }),
    },
    payment: toPayment(invoice),
  };
}

/** Null while nobody has paid. */
export function toPayment(invoice: CryptoPayInvoice): ProviderPayment | null {
  if (invoice.status !== "paid") return null;
  const asked = invoice.fiat ?? invoice.asset ?? "";
  const paidAsset = invoice.paid_asset ?? invoice.asset;
  return {
    ref: invoice.invoice_id,
    invoiceRef: invoice.invoice_id,
    reference: invoice.payload,
    amount: invoice.amount,
    currency: asked,
    paidAmount: invoice.paid_amount ?? (invoice.asset ? invoice.amount : null),
    paidAsset,
    isAssetAccepted: invoice.fiat
      ? paidAsset !== null && (invoice.accepted_assets.length === 0 || invoice.accepted_assets.includes(paidAsset))
      : paidAsset === invoice.asset,
    feeAmount: invoice.fee_amount,
    feeCurrency: invoice.fee_asset,
    // There is no refund of an invoice, only a transfer of its own; what was given back is known to us alone.
    refunded: "0",
    isTest: isTestBot(invoice.bot_invoice_url ?? invoice.mini_app_invoice_url ?? ""),
    account: null,
    payerTelegramId: null,
    paidAt: invoice.paid_at ?? invoice.created_at,
  };
}

/** The test network is another bot (@CryptoTestnetBot), named in every invoice's address and by getMe. */
export const isTestBot = (text: string): boolean => /CryptoTestnetBot/i.test(text);

/** Whether more digits are refused or cut is not documented, so no more are sent than wallets show. */
const decimalsOf = (asset: string): number => (asset === "USDT" || asset === "USDC" ? 6 : 8);

/** The coins that a refund of `amount` out of a whole payment gives back, never more than its part. */
export function coinsBack(whole: { amount: string; paidAmount: string; paidAsset: string }, amount: string): string {
  if (new Big(amount).eq(whole.amount)) return whole.paidAmount;
  const part = new Big(whole.paidAmount).times(amount).div(whole.amount);
  return part.round(decimalsOf(whole.paidAsset), Big.roundDown).toFixed();
}
