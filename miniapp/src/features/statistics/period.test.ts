import { describe, expect, test } from "bun:test";
import { type ChartPoint, roundUp } from "@miniapp/shared/ui/chart.tsx";
import fc from "fast-check";
import { chosenPeriod, condensed, periodOf, seriesBy, todayIn } from "./period.ts";

describe("a period picked by a chip", () => {
  const today = "2026-11-25";
  test("ends today and counts today in", () => {
    expect(periodOf("7", today, {})).toEqual({ from: "2026-11-19", to: today });
    expect(periodOf("30", today, {})).toEqual({ from: "2026-10-27", to: today });
    expect(periodOf("yesterday", today, {})).toEqual({ from: "2026-11-24", to: "2026-11-24" });
    expect(periodOf("own", today, { from: "2026-01-01", to: "2026-02-01" })).toEqual({
      from: "2026-01-01",
      to: "2026-02-01",
    });
  });

  test("is remembered by its name, one's own by its days, which begin as those that were on", () => {
    const on = { from: "2026-11-19", to: today };
    expect(chosenPeriod("30", on)).toEqual({ period: "30", from: undefined, to: undefined });
    expect(chosenPeriod("own", on)).toEqual({ period: "own", ...on });
    expect(chosenPeriod(undefined, on).period).toBe("7");
  });

  test("is today of the workspace's zone, and shown by the hour while that is readable", () => {
    expect(todayIn("Europe/Kyiv", new Date("2026-11-24T22:30:00Z"))).toBe(today);
    expect([seriesBy(periodOf("today", today, {})), seriesBy(periodOf("7", today, {}))]).toEqual(["hour", "day"]);
  });
});

test("a chart of more points than fit shows weeks, and loses nothing", () => {
  const some = fc.array(fc.record({ value: fc.nat(1_000), before: fc.option(fc.nat(1_000), { nil: undefined }) }), {
    maxLength: 731,
  });
  const sums = (points: readonly ChartPoint[]) => ({
    now: points.reduce((sum, { values }) => sum + (values[0] ?? 0), 0),
    before: points.reduce((sum, { before }) => sum + (before ?? 0), 0),
  });
  fc.assert(
    fc.property(some, (days) => {
      const points = days.map(({ value, before }, index) => ({ label: String(index), values: [value], before }));
      const shown = condensed(points);
      expect(shown.length).toBeLessThanOrEqual(200);
      expect(sums(shown)).toEqual(sums(points));
    }),
  );
});

test("the axis ends at a round number that holds the highest bar, not far above it", () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1e15, noNaN: true }), (value) => {
      const end = roundUp(value);
      expect(end).toBeGreaterThanOrEqual(value * 0.999_99);
      expect(end).toBeLessThanOrEqual(value * 2 + 1e-9);
    }),
  );
  expect([0, 3, 101, 1234].map(roundUp)).toEqual([2, 4, 120, 1600]);
});
