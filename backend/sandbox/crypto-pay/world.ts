/** What the stand-in of Crypto Pay knows. Field names are the service's own. */
import Big from "big.js";

export interface StandInInvoice {
  invoice_id: number;
  hash: string;
  currency_type: "crypto" | "fiat";
  asset?: string;
  fiat?: string;
  accepted_assets?: string[];
  amount: string;
  description?: string;
  payload?: string;
  paid_btn_name?: string;
  paid_btn_url?: string;
  allow_comments: boolean;
  allow_anonymous: boolean;
  status: "active" | "paid" | "expired";
  created_at: string;
  expiration_date?: string;
  paid_at?: string;
  paid_anonymously?: boolean;
  paid_asset?: string;
  paid_amount?: string;
  paid_fiat_rate?: string;
  paid_usd_rate?: string;
  fee_asset?: string;
  fee_amount?: string;
  fee_in_usd?: string;
}

export interface StandInTransfer {
  transfer_id: number;
  user_id: string;
  asset: string;
  amount: string;
  status: "completed";
  completed_at: string;
  comment?: string;
  spend_id: string;
}

export const assets = ["USDT", "TON", "BTC", "ETH", "LTC", "BNB", "TRX", "USDC", "JET"] as const;
export const fiats = "USD EUR RUB BYN UAH GBP CNY KZT UZS GEL TRY AMD THB INR BRL IDR AZN AED PLN ILS KGS TJS".split(
  " ",
);

/** One unit of an asset or a currency in US dollars: fixed, so that tests can count. */
export const inUsd: Readonly<Record<string, string>> = {
  USDT: "1",
  USDC: "1",
  TON: "3.2",
  BTC: "100000",
  ETH: "4000",
  LTC: "100",
  BNB: "800",
  TRX: "0.25",
  USD: "1",
  EUR: "1.1",
  RUB: "0.0125",
  UAH: "0.025",
};

export const rateOf = (source: string, target: string): Big =>
  new Big(inUsd[source] ?? "1").div(inUsd[target] ?? "1").round(8, Big.roundDown);

/** The fee that was seen in a real payment: 3 %, from the shop's side. */
export const feeOf = (amount: Big): Big => amount.times("0.03").round(8, Big.roundUp);

/** Amounts come back as normalised text: an invoice for "2.00" says "2". */
export const normal = (amount: string): string => new Big(amount).toFixed();
