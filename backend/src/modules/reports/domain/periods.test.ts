import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { approvalRate, changeOf, changeOfAmount } from "./figures.ts";
import { addDays, daysOf, endOf, isDay, lengthOf, previousOf, problemOf, startOf } from "./periods.ts";

const day = fc.integer({ min: 11_000, max: 40_000 }).map((number) => addDays("1970-01-01", number));

describe("a period", () => {
  test("has a previous one of equal length that ends the day before it begins", () => {
    fc.assert(
      fc.property(day, fc.nat(800), (from, more) => {
        const period = { from, to: addDays(from, more) };
        const before = previousOf(period);
        expect(lengthOf(before)).toBe(lengthOf(period));
        expect(addDays(before.to, 1)).toBe(from);
        expect(daysOf(period)).toHaveLength(more + 1);
        expect([daysOf(period)[0], daysOf(period).at(-1)]).toEqual([from, period.to]);
      }),
    );
  });

  test("lies in one month and one week, which begin and end where calendars say", () => {
    expect([startOf("week", "2026-11-25"), endOf("week", "2026-11-23")]).toEqual(["2026-11-23", "2026-11-29"]);
    expect(endOf("month", "2024-02-01")).toBe("2024-02-29");
    fc.assert(
      fc.property(day, fc.constantFrom("month" as const, "week" as const), (one, span) => {
        const [first, last] = [startOf(span, one), endOf(span, startOf(span, one))];
        expect(first <= one && one <= last).toBe(true);
        expect(startOf(span, last)).toBe(first);
        expect(startOf(span, addDays(last, 1))).toBe(addDays(last, 1));
      }),
    );
  });

  test("is made of days that exist", () => {
    expect(["2026-02-28", "2024-02-29"].map(isDay)).toEqual([true, true]);
    expect(["2026-02-29", "2026-13-01", "0000-01-01", "9999-01-01", "2026-1-1", "", "\0"].map(isDay)).not.toContain(
      true,
    );
    fc.assert(fc.property(fc.string(), (text) => void problemOf({ from: text, to: text }, false)));
  });
});

test("a change is a share of the earlier figure, and none where there was nothing", () => {
  expect([changeOf(12, 10), changeOf(0, 10), changeOf(5, 0)]).toEqual([0.2, -1, null]);
  expect(changeOfAmount("0.3", "0.1")).toBe(2);
  expect(changeOfAmount("-1", "-2")).toBe(0.5);
  expect(changeOfAmount("1", "0.00")).toBeNull();
  expect([approvalRate(3, 1), approvalRate(0, 0)]).toEqual([0.75, null]);
});
