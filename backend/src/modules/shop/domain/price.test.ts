import { describe, expect, test } from "bun:test";
import Big from "big.js";
import fc from "fast-check";
import { digitsOf, isPayable } from "./money.ts";
import { cleanCode, codeProblem, type Discount, priceOrder } from "./price.ts";

const currencies = ["USD", "RUB", "XTR", "USDT", "TON", "BTC"] as const;
const anyCurrency = fc.constantFrom(...currencies);
/** A price that can be paid. */
const priceIn = (currency: string) =>
  fc
    .bigInt({ min: 1n, max: 10n ** 12n })
    .map((units) => new Big(units.toString()).div(new Big(10).pow(digitsOf(currency))).toFixed());
/** What lies on an account may be finer than what can be paid. */
const anyBalance = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.integer({ min: 0, max: 10 }))
  .map(([digits, scale]) => new Big(digits.toString()).times(new Big(10).pow(-scale)).toFixed());
const anyDiscount: fc.Arbitrary<Discount | null> = fc.oneof(
  fc.constant(null),
  fc
    .integer({ min: 1, max: 10_000 })
    .map((hundredths) => ({ kind: "percent" as const, value: new Big(hundredths).div(100).toFixed(), currency: null })),
  fc.tuple(anyCurrency, anyBalance).map(([currency, value]) => ({ kind: "fixed" as const, value, currency })),
  fc
    .integer({ min: 1, max: 400 })
    .map((days) => ({ kind: "bonus_days" as const, value: String(days), currency: null })),
);
const anyOrder = anyCurrency.chain((currency) =>
  fc.record({ price: priceIn(currency), currency: fc.constant(currency), discount: anyDiscount, balance: anyBalance }),
);

describe("what an order costs", () => {
  test("adds up, is never below zero, and can be paid in its currency", () => {
    fc.assert(
      fc.property(anyOrder, (order) => {
        const { price, discount, fromBalance, due } = priceOrder(order);
        expect(new Big(price).minus(discount).minus(fromBalance).eq(due)).toBe(true);
        for (const amount of [discount, fromBalance, due]) {
          expect(new Big(amount).gte(0)).toBe(true);
          expect(isPayable(amount, order.currency)).toBe(true);
        }
        expect(new Big(fromBalance).lte(order.balance)).toBe(true);
      }),
    );
  });

  test("a discount is rounded in the house's favour, once, and bonus days cost nothing", () => {
    const percent = (value: string) => ({ kind: "percent" as const, value, currency: null });
    expect(priceOrder({ price: "99.99", currency: "USD", discount: percent("33"), balance: "0" })).toEqual({
      price: "99.99",
      discount: "32.99",
      fromBalance: "0",
      due: "67",
      bonusDays: 0,
    });
    expect(priceOrder({ price: "999", currency: "XTR", discount: percent("0.1"), balance: "0" }).discount).toBe("0");
    const days = { kind: "bonus_days" as const, value: "7", currency: null };
    expect(priceOrder({ price: "10", currency: "USD", discount: days, balance: "0" })).toMatchObject({
      due: "10",
      bonusDays: 7,
    });
  });

  test("a discount larger than the price makes it free, and of another currency does nothing", () => {
    const fixed = { kind: "fixed" as const, value: "50", currency: "USD" };
    expect(priceOrder({ price: "20", currency: "USD", discount: fixed, balance: "5" })).toMatchObject({
      discount: "20",
      fromBalance: "0",
      due: "0",
    });
    expect(priceOrder({ price: "20", currency: "RUB", discount: fixed, balance: "0" }).due).toBe("20");
  });

  test("dust on the balance that cannot be paid is left there", () => {
    expect(priceOrder({ price: "10", currency: "USD", discount: null, balance: "3.337" })).toMatchObject({
      fromBalance: "3.33",
      due: "6.67",
    });
  });
});

describe("a promo code", () => {
  const code = {
    kind: "percent" as const,
    currency: null,
    productIds: null,
    startsAt: new Date("2026-03-01T00:00:00Z"),
    endsAt: new Date("2026-04-01T00:00:00Z"),
    maxUses: 2,
    maxPerPerson: 1,
    uses: 0,
    isActive: true,
  };
  const order = {
    now: new Date("2026-03-15T00:00:00Z"),
    productId: "p1",
    currency: "USD",
    usesOfPerson: 0,
    takesCodes: true,
    hasTerm: true,
  };

  test("says why it does not help", () => {
    expect(codeProblem(code, order)).toBeNull();
    expect(codeProblem({ ...code, isActive: false }, order)).toBe("not_valid");
    expect(codeProblem(code, { ...order, now: new Date("2026-02-28T23:59:59Z") })).toBe("not_yet");
    expect(codeProblem(code, { ...order, now: new Date("2026-04-01T00:00:00Z") })).toBe("ended");
    expect(codeProblem({ ...code, uses: 2 }, order)).toBe("used_up");
    expect(codeProblem(code, { ...order, usesOfPerson: 1 })).toBe("used_by_you");
    expect(codeProblem({ ...code, productIds: ["p2"] }, order)).toBe("other_product");
    expect(codeProblem({ ...code, kind: "fixed", currency: "RUB" }, order)).toBe("other_currency");
    expect(codeProblem({ ...code, kind: "bonus_days" }, { ...order, hasTerm: false })).toBe("other_product");
    expect(codeProblem(code, { ...order, takesCodes: false })).toBe("no_codes_here");
  });

  test("is the same however it is typed", () => {
    expect(cleanCode(" spring 20 ")).toBe("SPRING20");
    fc.assert(fc.property(fc.string(), (typed) => cleanCode(cleanCode(typed)) === cleanCode(typed)));
  });
});
