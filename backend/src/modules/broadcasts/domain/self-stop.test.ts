import { expect, test } from "bun:test";
import { defaultSelfStop, judge, limitsFrom } from "./self-stop.ts";

const usual = (blocked: number) => Array.from({ length: 5 }, () => ({ sent: 1_000 - blocked, blocked, optedOut: 0 }));

test("a broadcast that many had blocked pauses itself, but not before enough were tried", () => {
  expect(judge(defaultSelfStop, { sent: 140, blocked: 59, optedOut: 0 })).toBeNull();
  expect(judge(defaultSelfStop, { sent: 141, blocked: 59, optedOut: 0 })).toBe("blocked");
  expect(judge(defaultSelfStop, { sent: 300, blocked: 10, optedOut: 10 })).toBe("opted_out");
  expect(judge(defaultSelfStop, { sent: 950, blocked: 50, optedOut: 28 })).toBeNull();
});

test("three times the usual is too much, even where more is allowed", () => {
  expect(limitsFrom(defaultSelfStop, usual(10))?.blockedPercent).toBeCloseTo(3);
  expect(limitsFrom(defaultSelfStop, usual(40))?.blockedPercent).toBe(5);
});

test("a workspace that nobody ever blocked is not stopped by one in a hundred", () => {
  expect(limitsFrom(defaultSelfStop, usual(0))).toEqual({ ...defaultSelfStop, blockedPercent: 1, optedOutPercent: 1 });
});

test("without a habit only the setting counts, and switched off is off", () => {
  expect(limitsFrom(defaultSelfStop, usual(0).slice(0, 2))).toEqual(defaultSelfStop);
  expect(limitsFrom(null, usual(0))).toBeNull();
  expect(judge(null, { sent: 0, blocked: 1_000, optedOut: 0 })).toBeNull();
});
