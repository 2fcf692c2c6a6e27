/** Exact amounts: decimal text in, decimal text out. */
import Big from "big.js";

/** Digits after the point that a currency is paid in. Stars are whole; a coin is not split further than people write it. */
const coinDigits: Readonly<Record<string, number>> = {
  XTR: 0,
  USDT: 2,
  USDC: 2,
  TRX: 2,
  TON: 4,
  GRAM: 4,
  BNB: 6,
  ETH: 6,
  LTC: 6,
  SOL: 6,
  BTC: 8,
};
const withoutFraction: ReadonlySet<string> = new Set(["JPY", "KRW", "VND", "CLP", "ISK", "UGX"]);

/** ISO 4217's minor unit, for every currency that a provider of ours takes. */
export const digitsOf = (currency: string): number => coinDigits[currency] ?? (withoutFraction.has(currency) ? 0 : 2);

/** Whether an amount can be paid in its currency: nothing behind its smallest unit. */
export const isPayable = (amount: string, currency: string): boolean =>
  new Big(amount).round(digitsOf(currency), Big.roundDown).eq(amount);

/** Towards zero, to what can be paid. */
export const floorTo = (amount: Big, currency: string): string =>
  amount.round(digitsOf(currency), Big.roundDown).toFixed();

export const plain = (amount: string | Big): string => new Big(amount).toFixed();
export const plus = (one: string, other: string): string => new Big(one).plus(other).toFixed();
export const minus = (one: string, other: string): string => new Big(one).minus(other).toFixed();
export const isZero = (amount: string): boolean => new Big(amount).eq(0);
export const isMore = (one: string, other: string): boolean => new Big(one).gt(other);
export const least = (one: string, other: string): string => (isMore(one, other) ? plain(other) : plain(one));
