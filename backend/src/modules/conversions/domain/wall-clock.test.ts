import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decide, quietUntil } from "./plan-alerts.ts";
import { minuteOfDay, momentOf, nextTime, wallTimeOf, windowEnd } from "./wall-clock.ts";

const at = (text: string) => new Date(text);
const zones = ["UTC", "Europe/Kyiv", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"];

describe("a wall clock", () => {
  test("comes back to the moment it was read at, in every zone", () => {
    const minutes = fc.integer({
      min: at("2024-01-01T00:00:00Z").getTime() / 60_000,
      max: at("2028-01-01T00:00:00Z").getTime() / 60_000,
    });
    fc.assert(
      fc.property(minutes, fc.constantFrom(...zones), (minute, zone) => {
        const moment = new Date(minute * 60_000);
        const back = momentOf(wallTimeOf(moment, zone), zone);
        // In the hour that autumn repeats, the first of the two moments with that reading.
        expect(wallTimeOf(back, zone)).toEqual(wallTimeOf(moment, zone));
        expect(back.getTime()).toBeLessThanOrEqual(moment.getTime());
      }),
      { numRuns: 1_000 },
    );
  });

  test("that jumps over a time in spring shows it at the jump", () => {
    const wall = { year: 2026, month: 3, day: 29, hour: 3, minute: 30 };
    expect(momentOf(wall, "Europe/Kyiv")).toEqual(at("2026-03-29T01:00:00Z"));
    expect(minuteOfDay(at("2026-03-29T01:00:00Z"), "Europe/Kyiv")).toBe(4 * 60);
  });

  test("next time lies ahead and shows what was asked, or the jump over it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 * 525_600 }),
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 1_439 }),
        (offset, zone, minute) => {
          const now = new Date(at("2024-01-01T00:00:00Z").getTime() + offset * 60_000);
          const clock = `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
          const next = nextTime(now, clock, zone);
          expect(next.getTime()).toBeGreaterThan(now.getTime());
          expect(next.getTime() - now.getTime()).toBeLessThanOrEqual(26 * 3_600_000);
          expect(minuteOfDay(next, zone)).toBeGreaterThanOrEqual(minute === 0 ? 0 : Math.min(minute, 1_380));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("windows end ahead, on the wall's full hours, the last of a day at midnight", () => {
    expect(windowEnd(at("2026-11-21T10:20:00Z"), 60, "Europe/Kyiv")).toEqual(at("2026-11-21T11:00:00Z"));
    expect(windowEnd(at("2026-11-21T10:20:00Z"), 60, "Asia/Kathmandu")).toEqual(at("2026-11-21T11:15:00Z"));
    expect(windowEnd(at("2026-11-21T21:50:00Z"), 45, "Europe/Kyiv")).toEqual(at("2026-11-21T22:00:00Z"));
    expect(windowEnd(at("2026-11-21T10:00:00Z"), 1_440, "Europe/Kyiv")).toEqual(at("2026-11-21T22:00:00Z"));
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_051_200 }),
        fc.integer({ min: 1, max: 1_440 }),
        fc.constantFrom(...zones),
        (offset, minutes, zone) => {
          const now = new Date(at("2026-01-01T00:00:00Z").getTime() + offset * 60_000);
          const end = windowEnd(now, minutes, zone);
          expect(end.getTime()).toBeGreaterThan(now.getTime());
          // A day of autumn has an hour more.
          expect(end.getTime() - now.getTime()).toBeLessThanOrEqual((minutes + 120) * 60_000);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe("a decision", () => {
  const calm = {
    now: at("2026-11-21T10:20:00Z"),
    timeZone: "Europe/Kyiv",
    pace: { digestMinutes: null, cap: null },
    quiet: null,
    mutedUntil: null,
    cappedUntil: null,
  };
  const night = { from: "22:00", to: "09:00", policy: "hold" } as const;

  test("is to tell at once, when nothing speaks against it", () => {
    expect(decide(calm)).toEqual({ outcome: "now" });
    expect(decide({ ...calm, quiet: night, mutedUntil: calm.now, cappedUntil: calm.now })).toEqual({ outcome: "now" });
  });

  test("waits for the morning of the recipient, whose clock may change in the night", () => {
    const spring = at("2026-03-28T21:30:00Z");
    expect(decide({ ...calm, now: spring, quiet: night })).toEqual({
      outcome: "held",
      reason: "quiet",
      dueAt: at("2026-03-29T06:00:00Z"),
    });
    expect(decide({ ...calm, now: spring, quiet: { ...night, policy: "drop" } })).toEqual({ outcome: "dropped" });
    expect(quietUntil(at("2026-10-24T20:00:00Z"), night, "Europe/Kyiv")).toEqual(at("2026-10-25T07:00:00Z"));
  });

  test("never comes due in quiet hours", () => {
    const evening = at("2026-11-21T19:30:00Z");
    const morning = at("2026-11-22T07:00:00Z");
    expect(decide({ ...calm, now: evening, quiet: night, pace: { digestMinutes: 60, cap: null } })).toEqual({
      outcome: "held",
      reason: "digest",
      dueAt: morning,
    });
    expect(decide({ ...calm, now: evening, quiet: night, mutedUntil: at("2026-11-21T20:30:00Z") })).toEqual({
      outcome: "held",
      reason: "mute",
      dueAt: morning,
    });
    expect(decide({ ...calm, now: evening, quiet: night, cappedUntil: at("2026-11-21T21:00:00Z") })).toEqual({
      outcome: "held",
      reason: "cap",
      dueAt: morning,
    });
  });
});
