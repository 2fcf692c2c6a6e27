/** Words that rules are made of; the tables have the same ones. */
export type ProviderName = "crypto_pay" | "yookassa" | "stars";
export type InvoiceState = "new" | "open" | "paid" | "expired" | "cancelled" | "failed";
export type CheckReason =
  | "amount_differs"
  | "currency_differs"
  | "asset_not_accepted"
  | "late"
  | "paid_twice"
  | "unknown_invoice"
  | "other_person"
  | "test_payment"
  | "other_account"
  | "charged_back";

export const resolutions = ["accepted", "to_balance", "refunded", "dismissed"] as const;
export type Resolution = (typeof resolutions)[number];

/** In the order in which accounts are locked. */
export const accountKinds = ["customer", "held", "provider", "revenue", "fees", "to_check", "granted"] as const;
export type AccountKind = (typeof accountKinds)[number];
