/** What can be paid with each provider. */
import type { ProviderName } from "./words.ts";

/** Crypto Pay prices an invoice in a currency, or in a coin that it is then paid with (Crypto Pay API 1.5.2, createInvoice). */
const coins = ["USDT", "TON", "BTC", "ETH", "LTC", "BNB", "TRX", "USDC"];
const fiats = "USD EUR RUB BYN UAH GBP CNY KZT UZS GEL TRY AMD THB INR BRL IDR AZN AED PLN ILS".split(" ");

export const currenciesOf: Readonly<Record<ProviderName, readonly string[]>> = {
  crypto_pay: [...fiats, ...coins],
  yookassa: ["RUB"],
  stars: ["XTR"],
};
