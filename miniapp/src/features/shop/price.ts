import type { Locale } from "@miniapp/shared/i18n.ts";
import type { Price } from "./api.ts";

/** Exact decimal texts by size: negative when `a` is less. Never numbers: an amount may have more digits than one holds. */
export function compareAmounts(a: string, b: string): number {
  const [wholeA = "", partA = ""] = a.split(".");
  const [wholeB = "", partB = ""] = b.split(".");
  const width = Math.max(wholeA.length, wholeB.length);
  const digits = Math.max(partA.length, partB.length);
  const textOf = (whole: string, part: string) => whole.padStart(width, "0") + part.padEnd(digits, "0");
  const [left, right] = [textOf(wholeA, partA), textOf(wholeB, partB)];
  return left < right ? -1 : left > right ? 1 : 0;
}

export const isNothing = (amount: string): boolean => !/[1-9]/.test(amount);

/** What readers of a language count in, if a price in it is there. */
const usual: Readonly<Record<Locale, readonly string[]>> = {
  en: ["USD", "EUR"],
  ru: ["RUB", "USD", "EUR"],
  uk: ["UAH", "USD", "EUR"],
};

export interface ShownPrice {
  amount: string;
  currency: string;
  /** The same currency costs more when it is paid in another way. */
  isFrom: boolean;
}

/** The one price that a list has room for: the lowest in the currency nearest to the reader; Stars when there is nothing else. */
export function shownPrice(prices: readonly Price[], locale: Locale): ShownPrice | null {
  const others = prices.map(({ currency }) => currency).sort((a, b) => Number(a === "XTR") - Number(b === "XTR"));
  const currency = [...usual[locale], ...others].find((one) => others.includes(one));
  if (currency === undefined) return null;
  const amounts = prices.filter((price) => price.currency === currency).map(({ amount }) => amount);
  const [lowest = "0"] = amounts.sort(compareAmounts);
  return { amount: lowest, currency, isFrom: amounts.some((amount) => compareAmounts(amount, lowest) > 0) };
}

export interface Way {
  method: Price["method"];
  /** In which it can be paid in that way, in the order of the prices. */
  prices: readonly Price[];
}

/** The ways to pay for something, each once. */
export function waysOf(prices: readonly Price[]): Way[] {
  const methods = [...new Set(prices.map(({ method }) => method))];
  return methods.map((method) => ({ method, prices: prices.filter((price) => price.method === method) }));
}
