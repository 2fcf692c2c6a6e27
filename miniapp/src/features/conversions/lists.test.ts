import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { moved } from "../../shared/ui/reorder-list.tsx";
import { worstState } from "./conversion-row.tsx";
import { withDays } from "./days.ts";
import { parametersOf } from "./raw-call.tsx";
import { viewsFor } from "./traffic-views.tsx";
import { countArrivals } from "./use-arrivals.ts";

describe("a list with days", () => {
  const items = [
    "2026-11-21T22:30:00.000Z",
    "2026-11-21T21:30:00.000Z",
    "2026-11-21T09:00:00.000Z",
    "2026-11-19T09:00:00.000Z",
  ];

  test("has a heading where the reader's day changes", () => {
    const rows = withDays(items, (iso) => iso, "Europe/Kyiv");
    expect(rows.map((row) => (row.kind === "day" ? row.day : "·"))).toEqual([
      "2026-11-22",
      "·",
      "2026-11-21",
      "·",
      "·",
      "2026-11-19",
      "·",
    ]);
  });

  test("loses and moves no item", () => {
    fc.assert(
      fc.property(fc.array(fc.date({ noInvalidDate: true })), (dates) => {
        const rows = withDays(dates, (date) => date.toISOString(), "UTC");
        expect(rows.flatMap((row) => (row.kind === "item" ? [row.item] : []))).toEqual(dates);
      }),
    );
  });
});

test("of several messages the one that needs a person is shown", () => {
  expect(worstState(["sent", "failed", "queued"])).toBe("failed");
  expect(worstState(["sent", "folded"])).toBe("sent");
  expect(worstState([])).toBeUndefined();
});

describe("parameters of a call", () => {
  test("are decoded, and what cannot be stays as it came", () => {
    expect(parametersOf("a=1+2&b=%D0%B4&c&d=%E0%A4%A")).toEqual([
      { name: "a", value: "1 2" },
      { name: "b", value: "д" },
      { name: "c", value: "" },
      { name: "d", value: "%E0%A4%A" },
    ]);
    expect(parametersOf("")).toEqual([]);
  });

  test("never make the page fail", () => {
    fc.assert(fc.property(fc.string(), (query) => void parametersOf(query)));
  });
});

test("moving an item keeps all items and puts it where it was dropped", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer(), { minLength: 1 }), fc.nat(), fc.nat(), (items, a, b) => {
      const from = a % items.length;
      const to = b % items.length;
      const next = moved(items, from, to);
      expect(next[to]).toBe(items[from] as number);
      expect([...next].sort()).toEqual([...items].sort());
    }),
  );
});

test("a role sees the views of traffic that it may read", () => {
  expect(viewsFor(["inbox.read", "conversions.read"])).toEqual(["conversions", "inbox"]);
  expect(viewsFor(["reports.read", "conversions.read"])).toEqual(["conversions", "statistics"]);
  expect(viewsFor([])).toEqual([]);
});

test("only what came after the newest known conversion is announced", () => {
  expect(countArrivals(["5", "4"], ["7", "6", "5", "4"])).toBe(2);
  expect(countArrivals(["5"], ["5"])).toBe(0);
  expect(countArrivals([], ["5"])).toBe(0);
  expect(countArrivals(["5"], [])).toBe(0);
});
