/** Crypto Pay's objects as far as they are read. Field names are its own; everything is checked before it is believed. */
import { amountOf, type Fields, fieldsOf, idOf, listOf, momentOf, wordOf } from "@backend/kit/json-api.ts";

export interface CryptoPayInvoice {
  invoice_id: string;
  status: "active" | "paid" | "expired";
  /** What it asks for: a coin, or a currency that is paid in one of `accepted_assets`. */
  asset: string | null;
  fiat: string | null;
  accepted_assets: readonly string[];
  amount: string;
  payload: string | null;
  bot_invoice_url: string | null;
  mini_app_invoice_url: string | null;
  web_app_invoice_url: string | null;
  created_at: Date;
  paid_at: Date | null;
  paid_asset: string | null;
  paid_amount: string | null;
  fee_asset: string | null;
  fee_amount: string | null;
}

const statuses = ["active", "paid", "expired"] as const;

/** Null for what is no invoice. Unknown fields are passed over: the service adds them without notice. */
export function readInvoice(value: unknown): CryptoPayInvoice | null {
  const given = fieldsOf(value);
  const invoiceId = idOf(given.invoice_id);
  const status = statuses.find((one) => one === given.status);
  const amount = amountOf(given.amount);
  const createdAt = momentOf(given.created_at);
  const [asset, fiat] = [wordOf(given.asset), wordOf(given.fiat)];
  if (!invoiceId || !status || !amount || !createdAt || (!asset && !fiat)) return null;
  return {
    invoice_id: invoiceId,
    status,
    asset,
    fiat,
    accepted_assets: listOf(given.accepted_assets).filter((one) => typeof one === "string"),
    amount,
    payload: wordOf(given.payload),
    bot_invoice_url: wordOf(given.bot_invoice_url),
    mini_app_invoice_url: wordOf(given.mini_app_invoice_url),
    web_app_invoice_url: wordOf(given.web_app_invoice_url),
    created_at: createdAt,
    paid_at: momentOf(given.paid_at),
    paid_asset: wordOf(given.paid_asset),
    paid_amount: amountOf(given.paid_amount),
    fee_asset: wordOf(given.fee_asset),
    fee_amount: amountOf(given.fee_amount),
  };
}

export interface CryptoPayTransfer {
  transfer_id: string;
  asset: string;
  amount: string;
}

export function readTransfer(value: unknown): CryptoPayTransfer | null {
  const given: Fields = fieldsOf(value);
  const transferId = idOf(given.transfer_id);
  const [asset, amount] = [wordOf(given.asset), amountOf(given.amount)];
  return transferId && asset && amount ? { transfer_id: transferId, asset, amount } : null;
}
