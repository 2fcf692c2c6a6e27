import { expect, test } from "bun:test";
import { formatDateTime, formatDay, formatMoney, formatTime } from "./format.ts";

/** Intl writes no-break spaces; the tests are easier to read with plain ones. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

test.each([
  ["1240", "USD", "en", "$1,240.00"],
  ["1240.5", "USD", "ru", "1 240,50 $"],
  ["1240.5", "EUR", "uk", "1 240,50 €"],
  ["1240.5", "AUD", "en", "A$1,240.50"],
  ["-0.01", "USD", "en", "-$0.01"],
  ["0.00012", "USD", "en", "$0.00012"],
  ["12.3400", "USD", "en", "$12.34"],
  ["1240.00", "JPY", "en", "¥1,240"],
  ["7.5", "USDT", "ru", "7,50 USDT"],
  ["7500", "XTR", "uk", "7 500 ★"],
  ["-250", "XTR", "en", "-250 ★"],
  ["7.5", null, "ru", "7,50"],
  ["-7", null, "en", "-7.00"],
  ["-0.00", "USD", "en", "$0.00"],
] as const)("writes %s %s in %s as %s", (amount, currency, locale, expected) => {
  expect(plain(formatMoney(amount, currency, locale))).toBe(expected);
});

test("an amount larger than a float can hold keeps every digit", () => {
  expect(plain(formatMoney("90071992547409931234.56789", "USD", "en"))).toBe("$90,071,992,547,409,931,234.56789");
});

test("text that is no decimal, and a currency that is no currency, are shown as they came", () => {
  expect(formatMoney("about 5", "USD", "en")).toBe("about 5 USD");
  expect(formatMoney("5", "<b>", "en")).toBe("5.00 <b>");
});

test("dates follow the person's time zone and language", () => {
  const moment = new Date("2026-11-21T23:05:00Z");
  expect(plain(formatTime(moment, "en", "Europe/Kyiv"))).toBe("01:05");
  expect(plain(formatDay(moment, "en", "Europe/Kyiv"))).toBe("22 November 2026");
  expect(plain(formatDay(moment, "uk", "UTC"))).toStartWith("21 листопада 2026");
  expect(plain(formatDateTime(moment, "ru", "UTC"))).toMatch(/^21 нояб\. 2026.*23:05$/);
});
