import type { Method } from "./api.ts";

const known: Readonly<Record<Method, true>> = { crypto_pay: true, yookassa: true, stars: true, balance: true };

/** Every way to pay, in the order in which they are shown. */
export const methods = Object.keys(known) as Method[];

/** Currencies that a method is usually asked in; a coin or another one may be typed. Stars know only themselves. */
export const usualCurrencies: Readonly<Record<Method, readonly string[]>> = {
  crypto_pay: ["USD", "EUR", "RUB", "UAH", "USDT", "TON", "BTC"],
  yookassa: ["RUB"],
  stars: ["XTR"],
  balance: ["USD", "EUR", "RUB", "UAH", "USDT", "XTR"],
};
