import { describe, expect, test } from "bun:test";
import { locales, translator } from "@backend/i18n/index.ts";
import { fits, telegramMarkup } from "@backend/integrations/telegram/text.ts";
import fc from "fast-check";
import { type DigestItem, digestText, readDigestItem } from "./digest.ts";
import { canonicalStatuses } from "./status-map.ts";

const item = (some: Partial<DigestItem>): DigestItem => ({
  status: "deposit",
  rawStatus: "deposit",
  amount: null,
  currency: null,
  isCorrection: false,
  ...some,
});
const times = (count: number, some: Partial<DigestItem>) => Array.from({ length: count }, () => item(some));
const say = (items: DigestItem[], locale: (typeof locales)[number] = "en") =>
  digestText(items, translator(locale), telegramMarkup).replace(/\u00a0/g, " ");

test("37 deposits are one line with their sum, in three languages", () => {
  const items = [...times(36, { amount: "33.51", currency: "USD" }), item({ amount: "33.64", currency: "USD" })];
  expect(say(items)).toBe("💰 +37 deposits: <b>$1,240.00</b>");
  expect(say(items, "ru")).toBe("💰 +37 депозитов: <b>1 240,00 $</b>");
  expect(say(items, "uk")).toBe("💰 +37 депозитів: <b>1 240,00 $</b>");
  expect(say(times(1, {}), "ru")).toBe("💰 +1 депозит");
  expect(say(times(22, {}), "uk")).toBe("💰 +22 депозити");
});

test("currencies are never added up, and an unknown one stands alone", () => {
  const items = [item({ amount: "1", currency: "USD" }), item({ amount: "2", currency: "EUR" }), item({ amount: "3" })];
  expect(say(items)).toBe("💰 +3 deposits: <b>$1.00 + €2.00 + 3.00</b>");
});

test("sums are exact where floats are not", () => {
  expect(say(times(10, { amount: "0.1", currency: "USD" }))).toContain("$1.00");
  expect(
    say([item({ amount: "9007199254740993", currency: "USD" }), item({ amount: "0.01", currency: "USD" })]),
  ).toContain("$9,007,199,254,740,993.01");
});

test("a correction is counted apart and adds nothing", () => {
  const items = [item({ amount: "5", currency: "USD" }), item({ amount: "6", currency: "USD", isCorrection: true })];
  expect(say(items)).toBe("💰 +1 deposit: <b>$5.00</b>\n✏️ 1 amount corrected");
});

test("unknown statuses stand under their own words, the most frequent first", () => {
  const items = [
    item({ status: "other", rawStatus: "a<b" }),
    ...times(2, { status: "other", rawStatus: "kyc" }),
    item({ status: "lead" }),
  ];
  expect(say(items)).toBe("📝 +1 lead\n🔔 kyc: 2 events\n🔔 a&lt;b: 1 event");
});

describe("any alerts", () => {
  const anyItem = fc.record({
    status: fc.constantFrom(...canonicalStatuses),
    rawStatus: fc.option(fc.string({ unit: "binary", maxLength: 80 }), { nil: null }),
    amount: fc.constantFrom(null, "1", "-0.01", `${"9".repeat(30)}.${"1".repeat(20)}`),
    currency: fc.constantFrom(null, "USD", "EUR", "UAH", "USDT", "ABC", "DEF", "GHI", "JKL", "MNO"),
    isCorrection: fc.boolean(),
  });

  test("the digest fits into one message and speaks of every alert", () => {
    fc.assert(
      fc.property(fc.array(anyItem, { minLength: 1, maxLength: 200 }), fc.constantFrom(...locales), (items, locale) => {
        const html = say(items, locale);
        expect(html).not.toBe("");
        expect(fits(html)).toBe(true);
        expect(html.replace(/<b>[^<>]*<\/b>/g, "")).not.toMatch(/[<>]/);
      }),
    );
  });

  test("stored and read back it is the same; anything else is refused", () => {
    fc.assert(fc.property(anyItem, (some) => expect(readDigestItem(JSON.parse(JSON.stringify(some)))).toEqual(some)));
    for (const wrong of [null, 5, {}, item({ amount: "1e5" }), { ...item({}), status: "x" }])
      expect(readDigestItem(wrong)).toBeUndefined();
  });
});
