import { expect, test } from "bun:test";
import { durationMs, paceOf, starsAtMost } from "./estimate.ts";

const start = new Date("2026-03-10T12:00:00Z");
const minutes = (ms: number) => ms / 60_000;

test("the slowest bot decides how long it takes", () => {
  const loads = [
    { people: 12_600, perSecond: 30 },
    { people: 100, perSecond: 30 },
  ];
  expect(minutes(durationMs(loads, start, null, "UTC"))).toBe(7);
  expect(durationMs([], start, null, "UTC")).toBe(0);
});

test("quiet hours on the way are waited for", () => {
  // Five hours of sending from noon with a night at three: three hours, the night, two hours.
  const load = [{ people: 5 * 3600 * 30, perSecond: 30 }];
  expect(minutes(durationMs(load, start, { from: "15:00", to: "09:00" }, "UTC"))).toBe((3 + 18 + 2) * 60);
  expect(
    minutes(durationMs([{ people: 30, perSecond: 30 }], start, { from: "11:00", to: "13:00" }, "UTC")),
  ).toBeCloseTo(60 + 1 / 60);
});

test("a bot that Telegram holds back is counted at what it may", () => {
  expect(paceOf(false, 12)).toBe(12);
  expect(paceOf(false, null)).toBe(30);
  expect(paceOf(true, 12)).toBe(1000);
});

test("a paid broadcast costs a tenth of a Star for what is above the free pace", () => {
  expect(starsAtMost([{ people: 30 }])).toBe(0);
  expect(starsAtMost([{ people: 100_000 }])).toBe(9_700);
  expect(starsAtMost([{ people: 31 }])).toBe(4);
  expect(starsAtMost([{ people: 1_000 }, { people: 1_000 }])).toBe(194);
});
