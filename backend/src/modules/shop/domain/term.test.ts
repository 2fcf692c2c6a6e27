import { describe, expect, test } from "bun:test";
import Big from "big.js";
import fc from "fast-check";
import { quotaOf } from "./quota.ts";
import { reminderDue, termFrom, worthOfPost, worthOfUnused } from "./term.ts";
import { addDays, dayMs, dayOf, daysBetween, endOfDay, startOfDay } from "./wall.ts";

const zones = [
  "UTC",
  "Europe/Kyiv",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Apia",
] as const;
const anyZone = fc.constantFrom(...zones);
const anyMoment = fc.date({
  min: new Date("2015-01-01T00:00:00Z"),
  max: new Date("2035-01-01T00:00:00Z"),
  noInvalidDate: true,
});

describe("a term", () => {
  test("ends at the time of day at which it began, over both changes of the clocks", () => {
    // Kyiv: 29 March 2026 has 23 hours, 25 October 2026 has 25.
    const spring = addDays(new Date("2026-03-28T10:30:00Z"), 1, "Europe/Kyiv");
    expect(spring.toISOString()).toBe("2026-03-29T09:30:00.000Z");
    const autumn = addDays(new Date("2026-10-24T10:30:00Z"), 1, "Europe/Kyiv");
    expect(autumn.toISOString()).toBe("2026-10-25T11:30:00.000Z");
  });

  test("that would end within the hour that spring leaves out ends when the clocks jump over it", () => {
    expect(addDays(new Date("2026-03-28T01:30:00Z"), 1, "Europe/Kyiv").toISOString()).toBe("2026-03-29T01:00:00.000Z");
  });

  test("of 31 January and a month is 30 days, not a month", () => {
    const { endsAt } = termFrom({
      now: new Date("2026-01-31T12:00:00Z"),
      durationDays: 30,
      bonusDays: 0,
      runsUntil: null,
      timeZone: "UTC",
    });
    expect(endsAt?.toISOString()).toBe("2026-03-02T12:00:00.000Z");
  });

  test("has as many days as were bought, in any zone and at any moment", () => {
    fc.assert(
      fc.property(anyMoment, fc.integer({ min: 1, max: 400 }), anyZone, (now, days, zone) => {
        const end = addDays(now, days, zone);
        expect(Math.abs(end.getTime() - now.getTime() - days * dayMs)).toBeLessThanOrEqual(dayMs);
        expect(Math.abs(daysBetween(now, end, zone) - days)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("of a renewal begins when the running one ends; bonus days are added to it", () => {
    const runsUntil = new Date("2026-05-10T08:00:00Z");
    const term = termFrom({
      now: new Date("2026-05-01T12:00:00Z"),
      durationDays: 30,
      bonusDays: 5,
      runsUntil,
      timeZone: "UTC",
    });
    expect([term.startsAt.toISOString(), term.endsAt?.toISOString()]).toEqual([
      "2026-05-10T08:00:00.000Z",
      "2026-06-14T08:00:00.000Z",
    ]);
  });

  test("that is over does not hold up a new one", () => {
    const now = new Date("2026-05-11T00:00:00Z");
    const term = termFrom({
      now,
      durationDays: null,
      bonusDays: 0,
      runsUntil: new Date("2026-05-10T08:00:00Z"),
      timeZone: "UTC",
    });
    expect(term).toEqual({ startsAt: now, endsAt: null });
  });
});

describe("a day of the workspace", () => {
  test("begins at midnight there and ends at the next, also where spring skips midnight", () => {
    expect(startOfDay("2026-03-29", "Europe/Kyiv").toISOString()).toBe("2026-03-28T22:00:00.000Z");
    expect(endOfDay(new Date("2026-03-29T05:00:00Z"), "Europe/Kyiv").toISOString()).toBe("2026-03-29T21:00:00.000Z");
    // Cairo: 24 April 2026 begins at 01:00.
    expect(startOfDay("2026-04-24", "Africa/Cairo").toISOString()).toBe("2026-04-23T22:00:00.000Z");
  });

  test("contains every moment exactly once", () => {
    fc.assert(
      fc.property(anyMoment, anyZone, (moment, zone) => {
        const end = endOfDay(moment, zone);
        expect(end > moment).toBe(true);
        expect(dayOf(end, zone) > dayOf(moment, zone)).toBe(true);
        expect(dayOf(new Date(end.getTime() - 1), zone)).toBe(dayOf(moment, zone));
      }),
    );
  });

  test("counts posts until its own midnight", () => {
    const quota = quotaOf(3, 2, new Date("2026-10-25T00:30:00Z"), "Europe/Kyiv");
    expect(quota).toEqual({ perDay: 3, usedToday: 2, leftToday: 1, dayEndsAt: new Date("2026-10-25T22:00:00Z") });
    expect(quotaOf(3, 5, new Date("2026-10-25T00:30:00Z"), "UTC").leftToday).toBe(0);
  });
});

describe("what unused days are worth", () => {
  const term = { startsAt: new Date("2026-05-01T12:00:00Z"), endsAt: new Date("2026-05-31T12:00:00Z") };
  const paid = { amount: "99.99", currency: "USD" };

  test("is the price of each day that has not begun, rounded down", () => {
    expect(worthOfUnused(term, paid, term.startsAt, "UTC")).toBe("99.99");
    expect(worthOfUnused(term, paid, new Date("2026-05-01T12:00:01Z"), "UTC")).toBe("96.65");
    expect(worthOfUnused(term, paid, new Date("2026-05-31T11:59:59Z"), "UTC")).toBe("0");
    expect(worthOfUnused(term, paid, term.endsAt, "UTC")).toBe("0");
    expect(worthOfUnused({ ...term, endsAt: null }, paid, term.startsAt, "UTC")).toBe("0");
  });

  test("all posts together are never worth more than was paid", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 120 }),
        (cents, perDay, days) => {
          const amount = new Big(cents).div(100).toFixed();
          const long = { startsAt: term.startsAt, endsAt: addDays(term.startsAt, days, "Europe/Kyiv") };
          const worth = worthOfPost(long, perDay, { amount, currency: "USD" }, "Europe/Kyiv");
          expect(new Big(worth?.amount ?? "0").times(perDay * days).lte(amount)).toBe(true);
        },
      ),
    );
  });
});

describe("a reminder", () => {
  const term = { startsAt: new Date("2026-05-01T12:00:00Z"), endsAt: new Date("2026-05-31T12:00:00Z") };
  const due = (now: string, reminded: number[] = []) => reminderDue(term, reminded, new Date(now), "UTC");

  test("goes out three days and one day before the end, each once", () => {
    expect(due("2026-05-28T11:59:59Z")).toBeNull();
    expect(due("2026-05-28T12:00:00Z")).toBe(3);
    expect(due("2026-05-29T12:00:00Z", [3])).toBeNull();
    expect(due("2026-05-30T12:00:00Z", [3])).toBe(1);
    expect(due("2026-05-30T13:00:00Z", [3, 1])).toBeNull();
    expect(due("2026-05-31T12:00:00Z")).toBeNull();
  });

  test("after a standstill is the nearest one alone", () => {
    expect(due("2026-05-31T00:00:00Z")).toBe(1);
  });

  test("is not sent of days that a short term does not have", () => {
    const short = { startsAt: new Date("2026-05-29T12:00:00Z"), endsAt: new Date("2026-05-31T12:00:00Z") };
    expect(reminderDue(short, [], new Date("2026-05-29T13:00:00Z"), "UTC")).toBeNull();
    expect(reminderDue(short, [], new Date("2026-05-30T13:00:00Z"), "UTC")).toBe(1);
  });
});
