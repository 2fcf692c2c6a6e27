import { describe, expect, test } from "bun:test";
import { accountKinds } from "@db/schema/payments.ts";
import Big from "big.js";
import fc from "fast-check";
import { type Entry, movementsOf, transfer } from "./entries.ts";

const anyAccount = fc.record({ kind: fc.constantFrom(...accountKinds), holder: fc.constantFrom("", "ann", "bob") });
const anyAmount = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 20n }), fc.integer({ min: 0, max: 18 }))
  .map(([digits, scale]) => new Big(digits.toString()).times(new Big(10).pow(-scale)).toFixed());
const anyEntries = fc
  .array(fc.tuple(anyAccount, anyAccount, fc.constantFrom("USD", "XTR"), anyAmount), { maxLength: 12 })
  .map((moves) => moves.flatMap(([from, to, currency, amount]) => transfer(from, to, currency, amount)));

describe("entries of a transaction", () => {
  test("sum to zero per currency and touch an account once, exactly", () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const moved = movementsOf(entries);
        const names = moved.map(({ kind, holder, currency }) => `${kind} ${holder} ${currency}`);
        expect(new Set(names).size).toBe(names.length);
        for (const currency of ["USD", "XTR"]) {
          const sum = moved
            .filter((one) => one.currency === currency)
            .reduce((all, { amount }) => all.plus(amount), new Big(0));
          expect(sum.toFixed()).toBe("0");
        }
        for (const { kind, holder, currency, amount } of moved) {
          const given = entries
            .filter((one) => one.account.kind === kind && one.account.holder === holder && one.currency === currency)
            .reduce((all, one) => all.plus(one.amount), new Big(0));
          expect(amount).toBe(given.toFixed());
        }
      }),
    );
  });

  test("lock accounts in one order, however they are given", () => {
    fc.assert(
      fc.property(anyEntries, fc.func(fc.integer()), (entries, mix) => {
        const shuffled = entries.map((entry, at) => [mix(at), entry] as const).sort(([a], [b]) => a - b);
        expect(movementsOf(shuffled.map(([, entry]) => entry))).toEqual(movementsOf(entries));
      }),
    );
  });

  test("that do not add up are refused, per currency", () => {
    const odd: Entry[] = [
      { account: { kind: "customer", holder: "ann" }, currency: "USD", amount: "1" },
      { account: { kind: "provider", holder: "stars" }, currency: "XTR", amount: "-1" },
    ];
    expect(() => movementsOf(odd)).toThrow("do not sum to zero");
  });
});
