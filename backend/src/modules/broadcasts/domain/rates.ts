/** Figures that are made of others. Pure; money stays exact. */
import Big from "big.js";

/** `part` of `whole` as a fraction; null when there is nothing to be a part of. */
export const rateOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

/** What a thousand sent messages earned, to the cent; null before anything was sent. */
export const perThousand = (amount: string, sent: number): string | null =>
  sent > 0 ? new Big(amount).times(1000).div(sent).round(2).toFixed() : null;

export interface Money {
  currency: string | null;
  /** Exact decimal text. */
  amount: string;
}

/** One sum for each currency, in the order in which they came; a conversion without an amount adds nothing. */
export function sumMoney(lines: readonly { currency: string | null; amount: string | null }[]): Money[] {
  const sums = new Map<string | null, Big>();
  for (const { currency, amount } of lines)
    if (amount !== null) sums.set(currency, (sums.get(currency) ?? new Big(0)).plus(amount));
  return [...sums].map(([currency, sum]) => ({ currency, amount: sum.toFixed() }));
}

export interface Counts {
  sent: number;
  failed: number;
  blocked: number;
  clicked: number;
  replied: number;
  converted: number;
  optedOut: number;
}

/** Of what was sent; blocked ones are of what was tried, since a blocked message was not sent. */
export const ratesOf = (counts: Counts) => ({
  clicked: rateOf(counts.clicked, counts.sent),
  replied: rateOf(counts.replied, counts.sent),
  converted: rateOf(counts.converted, counts.sent),
  optedOut: rateOf(counts.optedOut, counts.sent),
  blocked: rateOf(counts.blocked, counts.sent + counts.failed),
});
