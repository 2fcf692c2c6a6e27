/** What an order costs: price, discount, what the balance gives, and what is left to pay. Values in, values out. */
import Big from "big.js";
import { floorTo, isMore, least, minus, plain } from "./money.ts";

export type PromoKind = "percent" | "fixed" | "bonus_days";

/** A promo code as far as prices go. */
export interface Discount {
  kind: PromoKind;
  /** Percent, an amount in `currency`, or days. */
  value: string;
  currency: string | null;
}

export interface Priced {
  price: string;
  discount: string;
  fromBalance: string;
  due: string;
  bonusDays: number;
}

/**
 * A discount is rounded down, once, to the currency's smallest unit: in the house's favour. It never exceeds the price. The balance
 * gives at most what is left after it, in whole units too, so that `due` is never below zero and can always be paid.
 */
export function priceOrder(order: {
  price: string;
  currency: string;
  discount: Discount | null;
  /** What is free on the balance in this currency; "0" when it is not to be used. */
  balance: string;
}): Priced {
  const price = plain(order.price);
  const discount = least(price, discountOf(order.discount, price, order.currency));
  const left = minus(price, discount);
  const fromBalance = isMore(order.balance, "0") ? least(left, floorTo(new Big(order.balance), order.currency)) : "0";
  const bonusDays = order.discount?.kind === "bonus_days" ? Number(order.discount.value) : 0;
  return { price, discount, fromBalance, due: minus(left, fromBalance), bonusDays };
}

function discountOf(discount: Discount | null, price: string, currency: string): string {
  if (discount === null || discount.kind === "bonus_days") return "0";
  if (discount.kind === "percent") return floorTo(new Big(price).times(discount.value).div(100), currency);
  return discount.currency === currency ? floorTo(new Big(discount.value), currency) : "0";
}

/** What limits a code, and how often it was used. */
export interface CodeRules {
  kind: PromoKind;
  currency: string | null;
  productIds: readonly string[] | null;
  startsAt: Date | null;
  endsAt: Date | null;
  maxUses: number | null;
  maxPerPerson: number | null;
  uses: number;
  isActive: boolean;
}

export type CodeProblem =
  | "not_valid"
  | "not_yet"
  | "ended"
  | "used_up"
  | "used_by_you"
  | "other_product"
  | "other_currency"
  | "no_codes_here";

/** Why a code does not lower this order, or null. `uses` and `usesOfPerson` count orders that hold it: open and paid ones. */
export function codeProblem(
  code: CodeRules,
  order: {
    now: Date;
    productId: string;
    currency: string;
    usesOfPerson: number;
    /** Top-ups, and months that Telegram renews by itself, cost what they cost. */
    takesCodes: boolean;
    /** Without an end there is nothing that days could be added to. */
    hasTerm: boolean;
  },
): CodeProblem | null {
  if (!code.isActive) return "not_valid";
  if (code.startsAt !== null && order.now < code.startsAt) return "not_yet";
  if (code.endsAt !== null && order.now >= code.endsAt) return "ended";
  if (!order.takesCodes) return "no_codes_here";
  if (code.productIds !== null && !code.productIds.includes(order.productId)) return "other_product";
  if (code.kind === "fixed" && code.currency !== order.currency) return "other_currency";
  if (code.kind === "bonus_days" && !order.hasTerm) return "other_product";
  if (code.maxUses !== null && code.uses >= code.maxUses) return "used_up";
  return code.maxPerPerson !== null && order.usesOfPerson >= code.maxPerPerson ? "used_by_you" : null;
}

/** Codes are kept in capitals without blanks, and typed in any. */
export const cleanCode = (typed: string): string => typed.replace(/\s+/gu, "").toUpperCase();
