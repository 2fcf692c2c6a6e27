/** What a product may be: rules of its kind and of its prices. Values in, values out. */
import Big from "big.js";
import { isPayable } from "./money.ts";

export type ProductKind = "service" | "access" | "topup" | "course";
export type Method = "crypto_pay" | "yookassa" | "stars" | "balance";

export interface ProductShape {
  kind: ProductKind;
  durationDays: number | null;
  postsPerDay: number | null;
  isByHand: boolean;
  isSubscription: boolean;
}
export interface PriceShape {
  method: Method;
  currency: string;
  amount: string;
}

/** The most that a month of a subscription may cost (Bot API, createInvoiceLink), and the length of such a month. */
const starsAMonthAtMost = 10_000;
export const subscriptionDays = 30;
/** A single invoice in Stars (Bot API, LabeledPrice): no more than this is ever accepted. */
const starsAtMost = 100_000;

export type ProductProblem =
  | "service_needs_posts"
  | "posts_are_for_services"
  | "topup_is_plain"
  | "topup_from_balance"
  | "subscription_month"
  | "subscription_kind"
  | "subscription_needs_stars"
  | "subscription_too_dear";

export function productProblem(product: ProductShape, prices: readonly PriceShape[]): ProductProblem | null {
  const { kind, durationDays, postsPerDay, isByHand, isSubscription } = product;
  if (kind === "service" && postsPerDay === null) return "service_needs_posts";
  if (kind !== "service" && postsPerDay !== null) return "posts_are_for_services";
  if (kind === "topup") {
    if (durationDays !== null || isByHand) return "topup_is_plain";
    if (isSubscription) return "subscription_kind";
    if (prices.some(({ method }) => method === "balance")) return "topup_from_balance";
  }
  if (!isSubscription) return null;
  if (durationDays !== subscriptionDays) return "subscription_month";
  if (isByHand) return "subscription_kind";
  const stars = prices.find(({ method }) => method === "stars");
  if (!stars) return "subscription_needs_stars";
  return new Big(stars.amount).gt(starsAMonthAtMost) ? "subscription_too_dear" : null;
}

/** Stars are paid in XTR and XTR by Stars or from the balance; an amount is above zero and can be paid in its currency. */
export function isPriceFine({ method, currency, amount }: PriceShape): boolean {
  if (new Big(amount).lte(0) || !isPayable(amount, currency)) return false;
  if (method === "stars") return currency === "XTR" && new Big(amount).lte(starsAtMost);
  return method === "balance" || currency !== "XTR";
}

const slug = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
export const isSlug = (text: string): boolean => slug.test(text);

/** A slug of a title; "" where its letters have none. */
export const slugOf = (title: string): string =>
  title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 50)
    .replace(/-+$/, "");

/** The first of `wanted`, `wanted-2`, `wanted-3`… that is free. */
export function freeSlug(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.has(`${wanted}-${n}`)) return `${wanted}-${n}`;
}
