import { describe, expect, test } from "bun:test";
import Big from "big.js";
import fc from "fast-check";
import { changeOf, figureColumns, figuresOf, isNothing, sortedBy, sumOf } from "./figures.ts";

const cents = fc
  .bigInt({ min: -(10n ** 18n), max: 10n ** 18n })
  .map((whole) => new Big(String(whole)).div(100).toFixed());
const count = fc.nat(1_000_000).map(String);
const values = fc.tuple(count, count, count, count, cents, cents);

describe("figures of a row", () => {
  test("are exact where a float would not be", () => {
    const figures = figuresOf(["3", "2", "2", "1", "0.30", "0.10"]);
    expect(figures).toMatchObject({ clicks: 3, uniques: 2, conversions: 2, sales: 1 });
    expect(figures).toMatchObject({ revenue: "0.3", cost: "0.1", profit: "0.2", roi: 2, epc: "0.1", cr: 0.666667 });
  });

  test("know no rate of nothing, and read what is absent or no number as nothing", () => {
    expect(figuresOf()).toMatchObject({ clicks: 0, revenue: "0", profit: "0", cr: null, epc: null, roi: null });
    expect(figuresOf([null, "", "n/a", "1e3", " 2.50 ", null])).toMatchObject({
      clicks: 0,
      sales: 1000,
      revenue: "2.5",
    });
    expect([isNothing(figuresOf()), isNothing(figuresOf(["0", "0", "0", "0", "0.01", "0"]))]).toEqual([true, false]);
  });

  test("take a number that nobody can write out for none", () => {
    const figures = figuresOf(["1e999999999", null, null, null, "1e30000000", "-1e-30000000"]);
    expect(figures).toMatchObject({ clicks: 0, revenue: "0", cost: "0", profit: "0" });
  });

  test("count nothing below none; money may be below it", () => {
    const figures = figuresOf(["-5", "-4", "-3", "-2", "-1.5", "0"]);
    expect(figures).toMatchObject({ clicks: 0, uniques: 0, conversions: 0, sales: 0, cr: null, revenue: "-1.5" });
  });

  test("profit is what revenue leaves over cost, to the last digit, and so is that of a sum", () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 12 }), (rows) => {
        const figures = rows.map((row) => figuresOf(row));
        const sum = sumOf(figures);
        const exact = (column: "revenue" | "cost" | "profit") =>
          figures.reduce((total, row) => total.plus(row[column]), new Big(0)).toFixed();
        expect(sum.profit).toBe(new Big(sum.revenue).minus(sum.cost).toFixed());
        expect([sum.revenue, sum.cost, sum.profit]).toEqual([exact("revenue"), exact("cost"), exact("profit")]);
      }),
    );
  });
});

test("sorting by any column loses no row, and puts what cannot be told last in both directions", () => {
  fc.assert(
    fc.property(fc.array(values), fc.constantFrom(...figureColumns), (rows, column) => {
      const given = rows.map((row) => ({ figures: figuresOf(row) }));
      for (const order of ["asc", "desc"] as const) {
        const sorted = sortedBy(given, column, order);
        expect(new Set(sorted)).toEqual(new Set(given));
        const told = sorted.flatMap(({ figures }) => figures[column] ?? []);
        expect(sorted.slice(0, told.length).every(({ figures }) => figures[column] !== null)).toBe(true);
        for (const [at, value] of told.slice(1).entries())
          expect(new Big(value).cmp(told[at] ?? 0) * (order === "asc" ? 1 : -1)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

test("a change is a share of what was before, whatever its sign", () => {
  expect([changeOf("15", "10"), changeOf(5, 10), changeOf("-5", "-10"), changeOf("1", "0")]).toEqual([
    0.5,
    -0.5,
    0.5,
    null,
  ]);
});
