/** Whether money that came is the money that was asked for. */
import Big from "big.js";
import type { CheckReason, InvoiceState } from "./words.ts";

/** What was asked for. */
export interface Asked {
  amount: string;
  currency: string;
  state: InvoiceState;
  /** Telegram id of whom it was made for; null = unknown. */
  telegramId: number | null;
  /** Whether there is still a person whose balance it can be put on. */
  hasPerson: boolean;
  isSubscription: boolean;
  /** Of a subscription: nobody wants a further month of it. */
  isStopped: boolean;
}

/** What came. */
export interface Came {
  amount: string;
  currency: string;
  isAssetAccepted: boolean;
  isTest: boolean;
  /** Null where the provider does not say. */
  account: string | null;
  payerTelegramId: number | null;
  /** A further month of a subscription. */
  isRenewal: boolean;
}

/** Through what it came; null for a provider that was disconnected meanwhile. */
export interface Through {
  isTest: boolean;
  account: string | null;
}

/**
 * Why money waits for a person; null when it fits. In this order: whose money it is, what it is for, how much it is, and whether it
 * comes in time. Amounts are compared as decimals ("2" is "2.00"). A renewal pays an invoice that was paid before, unless the subscription
 * was stopped; anything else that does is paid twice.
 */
export function checkReasonOf(came: Came, asked: Asked | null, through: Through | null): CheckReason | null {
  if (through?.account != null && came.account !== null && came.account !== through.account) return "other_account";
  if (came.isTest && through?.isTest !== true) return "test_payment";
  if (!asked?.hasPerson) return "unknown_invoice";
  if (came.payerTelegramId !== null && asked.telegramId !== null && came.payerTelegramId !== asked.telegramId)
    return "other_person";
  if (came.currency !== asked.currency) return "currency_differs";
  if (!new Big(came.amount).eq(asked.amount)) return "amount_differs";
  if (!came.isAssetAccepted) return "asset_not_accepted";
  if (asked.state === "paid") {
    if (!came.isRenewal || !asked.isSubscription) return "paid_twice";
    return asked.isStopped ? "late" : null;
  }
  return asked.state === "new" || asked.state === "open" ? null : "late";
}
