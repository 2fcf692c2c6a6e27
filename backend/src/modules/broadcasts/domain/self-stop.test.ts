import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { defaultSelfStop, judge, type Limits, limitsAfter, limitsFrom, usualOf } from "./self-stop.ts";

const usual = (blocked: number) => Array.from({ length: 5 }, () => ({ sent: 1_000 - blocked, blocked, optedOut: 0 }));

test("a broadcast that many had blocked pauses itself, but not before enough were tried", () => {
  expect(judge(defaultSelfStop, { sent: 140, blocked: 59, optedOut: 0 })).toBeNull();
  expect(judge(defaultSelfStop, { sent: 141, blocked: 59, optedOut: 0 })).toBe("blocked");
  expect(judge(defaultSelfStop, { sent: 300, blocked: 10, optedOut: 10 })).toBe("opted_out");
  expect(judge(defaultSelfStop, { sent: 950, blocked: 50, optedOut: 28 })).toBeNull();
});

test("three times the usual is too much, even where more is allowed", () => {
  expect(limitsFrom(defaultSelfStop, usualOf(usual(10)))?.blockedPercent).toBeCloseTo(3);
  expect(limitsFrom(defaultSelfStop, usualOf(usual(40)))?.blockedPercent).toBe(5);
});

test("a workspace that nobody ever blocked is not stopped by one in a hundred", () => {
  const { blockedPercent, optedOutPercent } = limitsFrom(defaultSelfStop, usualOf(usual(0))) ?? {};
  expect([blockedPercent, optedOutPercent]).toEqual([1, 1]);
});

test("without a habit only the setting counts, and switched off is off", () => {
  expect(limitsFrom(defaultSelfStop, usualOf(usual(0).slice(0, 2)))).toEqual(defaultSelfStop);
  expect(limitsFrom(null, usualOf(usual(0)))).toBeNull();
  expect(judge(null, { sent: 0, blocked: 1_000, optedOut: 0 })).toBeNull();
});

test("a handful of people is chance, however great their share of the first few", () => {
  const early: Limits = { blockedPercent: 1, optedOutPercent: 1, afterSent: 20 };
  expect(judge(early, { sent: 2, blocked: 3, optedOut: 0 })).toBeNull();
  expect(judge(early, { sent: 91, blocked: 9, optedOut: 9 })).toBeNull();
  expect(judge(early, { sent: 90, blocked: 10, optedOut: 0 })).toBe("blocked");
  expect(judge(early, { sent: 100, blocked: 0, optedOut: 10 })).toBe("opted_out");
});

describe("resumed after it stopped itself", () => {
  const seen = { sent: 940, blocked: 60, optedOut: 0 };
  const after = limitsAfter(defaultSelfStop, "blocked", seen);
  const later = (sent: number, blocked: number) =>
    judge(after, { sent: seen.sent + sent, blocked: seen.blocked + blocked, optedOut: 0 });

  test("it goes on where the rest turns away no more than those who were seen", () => {
    expect(judge(after, seen)).toBeNull();
    expect(later(94_000, 6_000)).toBeNull();
  });

  test("it pauses again where twice as many do, however well it went before", () => {
    expect(later(139, 60)).toBeNull();
    expect(later(140, 60)).toBe("blocked");
    const again = limitsAfter(after, "blocked", { sent: seen.sent + 140, blocked: seen.blocked + 60, optedOut: 0 });
    expect(again.blockedPercent).toBeCloseTo(60);
  });

  test("only that limit is raised which it stopped at", () => {
    expect(after).toMatchObject({ blockedPercent: 12, optedOutPercent: 3, afterSent: 200 });
    expect(judge(after, { ...seen, sent: seen.sent + 300, optedOut: 10 })).toBe("opted_out");
  });

  test("it never stops at the moment it is resumed, and its limit is never lower than before", () => {
    const people = fc.nat({ max: 200_000 });
    fc.assert(
      fc.property(people, people, people, fc.constantFrom("blocked" as const, "opted_out" as const), (...drawn) => {
        const [sent, blocked, optedOut, verdict] = drawn;
        const turnout = { sent, blocked, optedOut };
        const limits = limitsAfter(defaultSelfStop, verdict, turnout);
        expect(judge(limits, turnout)).toBeNull();
        expect(limits.blockedPercent).toBeGreaterThanOrEqual(defaultSelfStop.blockedPercent);
        expect(limits.blockedPercent).toBeLessThanOrEqual(100);
        expect(limits.optedOutPercent).toBeGreaterThanOrEqual(defaultSelfStop.optedOutPercent);
      }),
    );
  });
});
