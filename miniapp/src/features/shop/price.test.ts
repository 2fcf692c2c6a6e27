import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Price } from "./api.ts";
import { compareAmounts, isNothing, shownPrice, waysOf } from "./price.ts";

const price = (method: Price["method"], currency: string, amount: string): Price => ({ method, currency, amount });

describe("amounts", () => {
  test("are ordered as exact decimals, however they are written", () => {
    const cents = fc.bigInt({ min: 0n, max: 10n ** 30n });
    const written = (value: bigint, zeros: number) =>
      `${value / 100n}.${String(value % 100n).padStart(2, "0")}${"0".repeat(zeros)}`;
    fc.assert(
      fc.property(cents, cents, fc.nat(5), fc.nat(5), (a, b, i, j) => {
        expect(compareAmounts(written(a, i), written(b, j))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
    expect(compareAmounts("100", "99.999999999999999999")).toBe(1);
    expect(compareAmounts("5", "5.00")).toBe(0);
  });

  test("are nothing without a digit that counts", () => {
    expect(["0", "0.00", "0.010", "10"].map(isNothing)).toEqual([true, true, false, false]);
  });
});

describe("the price in a list", () => {
  const prices = [
    price("stars", "XTR", "7500"),
    price("crypto_pay", "USD", "99.99"),
    price("yookassa", "RUB", "9900"),
    price("balance", "USD", "95"),
  ];

  test("is the lowest in the reader's own currency, or in dollars", () => {
    expect(shownPrice(prices, "ru")).toEqual({ amount: "9900", currency: "RUB", isFrom: false });
    expect(shownPrice(prices, "uk")).toEqual({ amount: "95", currency: "USD", isFrom: true });
  });

  test("is in Stars only when there is no other", () => {
    expect(shownPrice([prices[0] as Price, price("crypto_pay", "USDT", "99")], "en")?.currency).toBe("USDT");
    expect(shownPrice(prices.slice(0, 1), "en")).toEqual({ amount: "7500", currency: "XTR", isFrom: false });
    expect(shownPrice([], "en")).toBeNull();
  });

  test("of each way to pay stands once", () => {
    expect(waysOf([...prices, price("crypto_pay", "EUR", "92")]).map((way) => [way.method, way.prices.length])).toEqual(
      [
        ["stars", 1],
        ["crypto_pay", 2],
        ["yookassa", 1],
        ["balance", 1],
      ],
    );
  });
});
