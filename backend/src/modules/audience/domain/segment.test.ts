import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  addDaysTo,
  anniversariesOn,
  type Condition,
  checkCondition,
  dayOf,
  isCalendarDay,
  type Known,
  type Rule,
  rulesOf,
  segmentLimits,
} from "./segment.ts";

const known: Known = {
  bots: new Set(["b"]),
  tags: new Set([1]),
  fields: new Map([["city", "text"]]),
  broadcasts: new Set(["x"]),
};
const fine: Rule = { kind: "tag", test: "any", values: [1] };
const nested = (levels: number, inner: Condition): Condition =>
  levels === 0 ? inner : { kind: "all", of: [nested(levels - 1, inner)] };

describe("checking a condition", () => {
  test("finds every problem, each with the way to it, in the order of the screen", () => {
    const condition: Condition = {
      kind: "all",
      of: [
        fine,
        { kind: "tag", test: "none", values: [1, 2] },
        {
          kind: "none",
          of: [
            { kind: "source", test: "is", values: [] },
            { kind: "any", of: [] },
            { kind: "field", field: "city", of: "number", test: "between", from: 2, to: 1 },
          ],
        },
        { kind: "moment", fact: "seen", test: "since", day: "2026-02-30" },
      ],
    };
    expect(checkCondition(condition, known)).toEqual([
      { path: [1], code: "segments.tag_gone" },
      { path: [2, 0], code: "segments.no_values" },
      { path: [2, 1], code: "segments.group_empty" },
      { path: [2, 2], code: "segments.range_reversed" },
      { path: [3], code: "segments.day_invalid" },
    ]);
  });

  test("takes everybody as an empty outermost group, and no other empty group", () => {
    expect(checkCondition({ kind: "all", of: [] })).toEqual([]);
    expect(checkCondition({ kind: "any", of: [] })).toEqual([{ path: [], code: "segments.group_empty" }]);
    expect(checkCondition({ kind: "none", of: [] })).toEqual([{ path: [], code: "segments.group_empty" }]);
    expect(checkCondition(nested(2, { kind: "all", of: [] }))[0]?.code).toBe("segments.group_empty");
  });

  test("allows five groups in one another and fifty rules, and says so once beyond", () => {
    expect(checkCondition(nested(segmentLimits.depth, fine), known)).toEqual([]);
    expect(checkCondition(nested(segmentLimits.depth + 1, fine), known)).toEqual([
      { path: [0, 0, 0, 0, 0], code: "segments.too_deep" },
    ]);
    const many = (count: number): Condition => ({ kind: "all", of: Array.from({ length: count }, () => fine) });
    expect(checkCondition(many(50), known)).toEqual([]);
    expect(checkCondition(many(53), known)).toEqual([{ path: [50], code: "segments.too_many_rules" }]);
    expect(rulesOf(many(53)).length).toBe(53);
  });

  test("does not let what is gone pass, whichever way it is asked for", () => {
    const gone: [Rule, string][] = [
      [{ kind: "bot", test: "is_not", values: ["b", "c"] }, "segments.bot_gone"],
      [{ kind: "tag", test: "none", values: [2] }, "segments.tag_gone"],
      [{ kind: "field", field: "town", of: "text", test: "unset", values: [] }, "segments.field_gone"],
      [{ kind: "field", field: "city", of: "date", test: "unset" }, "segments.field_changed"],
      [{ kind: "field", field: "constructor", of: "text", test: "unset", values: [] }, "segments.field_gone"],
      [{ kind: "broadcast", test: "not_got", broadcastId: "y" }, "segments.broadcast_gone"],
    ];
    for (const [rule, code] of gone) {
      expect(checkCondition({ kind: "none", of: [rule] }, known)).toEqual([{ path: [0], code } as never]);
      expect(checkCondition(rule)).toEqual([]);
    }
  });
});

describe("days", () => {
  test("exist or do not", () => {
    expect(["2026-02-28", "2028-02-29", "1999-12-31"].filter(isCalendarDay).length).toBe(3);
    expect(
      ["2026-02-29", "2026-13-01", "2026-1-1", "0000-01-01", "", "2026-01-01T00:00"].filter(isCalendarDay),
    ).toEqual([]);
  });

  test("are the zone's, and are counted without it", () => {
    expect(dayOf(new Date("2026-03-28T22:30:00Z"), "Europe/Kyiv")).toBe("2026-03-29");
    expect(dayOf(new Date("2026-03-28T22:30:00Z"), "America/New_York")).toBe("2026-03-28");
    fc.assert(
      fc.property(fc.integer({ min: -20_000, max: 20_000 }), (days) => {
        expect(addDaysTo(addDaysTo("2026-03-29", days), -days)).toBe("2026-03-29");
      }),
    );
  });

  test("of a leap year's end of February are kept on the 28th in other years, and every birthday comes once a year", () => {
    expect(anniversariesOn("2027-02-28")).toEqual(["02-28", "02-29"]);
    expect(anniversariesOn("2028-02-28")).toEqual(["02-28"]);
    for (const year of [2027, 2028]) {
      const seen: string[] = [];
      for (let day = `${year}-01-01`; day.startsWith(String(year)); day = addDaysTo(day, 1))
        seen.push(...anniversariesOn(day));
      expect([seen.length, new Set(seen).size]).toEqual([366, 366]);
    }
  });
});
