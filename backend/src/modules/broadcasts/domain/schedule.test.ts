import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cronProblem, nextRun, nextRuns } from "./cron.ts";
import { cronLine, type Preset, presetOf } from "./cron-preset.ts";
import { momentOf, nextClock, wallAt } from "./local-time.ts";
import { quietUntil } from "./quiet.ts";
import { dueAtFor, fire, isTooLate, nextRunOf, type Timing } from "./schedule.ts";

const zones = ["Europe/Kyiv", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC", "Pacific/Kiritimati"];
const zone = fc.constantFrom(...zones);
const moment = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 60_000, max: Date.UTC(2028, 0, 1) / 60_000 })
  .map((minutes) => new Date(minutes * 60_000));
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const iso = (date: Date | null) => date?.toISOString() ?? null;
const at = (text: string) => new Date(text);

describe("a wall's moment", () => {
  test("shows what was asked for, or is the first after a gap", () => {
    fc.assert(
      fc.property(moment, clock, zone, (some, wanted, where) => {
        const { day } = wallAt(some, where);
        const found = momentOf({ day, clock: wanted }, where);
        const shown = wallAt(found, where);
        if (shown.clock === wanted && shown.day === day) {
          // Of two it is the first: an hour before, the wall showed less.
          expect(wallAt(new Date(found.getTime() - 60_000), where)).not.toEqual(shown);
        } else {
          expect(`${shown.day} ${shown.clock}` > `${day} ${wanted}`).toBe(true);
          const before = wallAt(new Date(found.getTime() - 60_000), where);
          expect(`${before.day} ${before.clock}` < `${day} ${wanted}`).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  const walls: [string, string, string, string][] = [
    ["Europe/Kyiv", "2026-03-29", "03:30", "2026-03-29T01:00:00.000Z"],
    ["Europe/Kyiv", "2026-10-25", "03:30", "2026-10-25T00:30:00.000Z"],
    ["America/New_York", "2026-03-08", "02:30", "2026-03-08T07:00:00.000Z"],
    ["America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30:00.000Z"],
    ["Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:30:00.000Z"],
    ["Australia/Lord_Howe", "2027-04-04", "01:45", "2027-04-03T14:45:00.000Z"],
  ];
  for (const [where, day, hour, expected] of walls)
    test(`${where} ${day} ${hour}`, () => {
      expect(iso(momentOf({ day, clock: hour }, where))).toBe(expected);
      expect(iso(dueAtFor({ kind: "local", day, clock: hour }, where))).toBe(expected);
    });

  test("of a clock comes within a day and an hour, and never before it is asked for", () => {
    fc.assert(
      fc.property(moment, clock, zone, (from, wanted, where) => {
        const found = nextClock(from, wanted, where);
        expect(found >= from).toBe(true);
        expect(found.getTime() - from.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
      }),
    );
  });

  test("at the end of quiet hours is never quiet, whatever the clocks do", () => {
    fc.assert(
      fc.property(moment, clock, clock, zone, (now, from, to, where) => {
        const until = quietUntil(now, { from, to }, where);
        if (until === null) return;
        expect(until > now).toBe(true);
        expect(until.getTime() - now.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
      }),
    );
    expect(quietUntil(at("2026-11-25T21:30:00Z"), { from: "22:00", to: "08:00" }, "Europe/Kyiv")?.toISOString()).toBe(
      "2026-11-26T06:00:00.000Z",
    );
    expect(quietUntil(at("2026-11-25T12:00:00Z"), { from: "22:00", to: "08:00" }, "Europe/Kyiv")).toBeNull();
    expect(quietUntil(at("2026-11-25T12:00:00Z"), null, "Europe/Kyiv")).toBeNull();
  });
});

describe("a cron line", () => {
  test("in a gap runs once after it, in an overlap once", () => {
    const days = (line: string, where: string, from: string) => nextRuns(line, where, at(from), 2).map(iso);
    expect(days("30 3 * * *", "Europe/Kyiv", "2026-03-28T12:00:00Z")).toEqual([
      "2026-03-29T01:00:00.000Z",
      "2026-03-30T00:30:00.000Z",
    ]);
    expect(days("30 1 * * *", "America/New_York", "2026-10-31T12:00:00Z")).toEqual([
      "2026-11-01T05:30:00.000Z",
      "2026-11-02T06:30:00.000Z",
    ]);
    expect(days("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z")).toEqual([
      "2026-10-03T15:30:00.000Z",
      "2026-10-04T15:15:00.000Z",
    ]);
  });

  test("of every day runs exactly once on each day of two years, in any zone and at any clock", () => {
    fc.assert(
      fc.property(clock, zone, (wanted, where) => {
        const line = cronLine({ kind: "daily", clock: wanted });
        const runs = nextRuns(line, where, at("2026-01-01T00:00:00Z"), 720);
        const days = runs.map((run) => wallAt(run, where).day);
        expect(new Set(days).size).toBe(720);
        expect(runs.every((run, n) => n === 0 || run > (runs[n - 1] as Date))).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  test("of the 31st leaves short months out, and the last day is a day of its own", () => {
    const from = at("2026-01-31T12:00:00Z");
    expect(nextRuns("0 9 31 * *", "Europe/Kyiv", from, 3).map(iso)).toEqual([
      "2026-03-31T06:00:00.000Z",
      "2026-05-31T06:00:00.000Z",
      "2026-07-31T06:00:00.000Z",
    ]);
    expect(nextRuns("0 9 L * *", "Europe/Kyiv", from, 3).map(iso)).toEqual([
      "2026-02-28T07:00:00.000Z",
      "2026-03-31T06:00:00.000Z",
      "2026-04-30T06:00:00.000Z",
    ]);
  });

  const now = at("2026-11-26T02:00:00Z");
  for (const [line, problem] of [
    ["0 9 * * *", null],
    ["*/15 * * * *", null],
    ["0 9 * * MON-FRI", null],
    ["0 9 * * 5#2", null],
    ["*/10 * * * *", "too_often"],
    ["55 23,0 1,2 * *", null],
    ["0,55 0,23 1,2 * *", "too_often"],
    ["0 9 30 2 *", "never"],
    ["0 0 9 * * *", "unreadable"],
    ["@daily", "unreadable"],
    ["0 9 * *", "unreadable"],
    ["0 25 * * *", "unreadable"],
    ["0 9 * * ?", "unreadable"],
    ["0 9 * * +1", "unreadable"],
    ["", "unreadable"],
  ] as const)
    test(`"${line}" is ${problem ?? "fine"}`, () => {
      expect(cronProblem(line, now)).toBe(problem);
    });

  test("and its preset are one, in both directions", () => {
    const preset: fc.Arbitrary<Preset> = fc.oneof(
      clock.map((wanted) => ({ kind: "daily" as const, clock: wanted })),
      clock.map((wanted) => ({ kind: "weekdays" as const, clock: wanted })),
      fc.record({ kind: fc.constant("weekly" as const), clock, weekday: fc.integer({ min: 1, max: 7 }) }),
      fc.record({ kind: fc.constant("monthly" as const), clock, day: fc.integer({ min: 1, max: 31 }) }),
      clock.map((wanted) => ({ kind: "month_end" as const, clock: wanted })),
    );
    fc.assert(
      fc.property(preset, (wanted) => {
        expect(presetOf(cronLine(wanted))).toEqual(wanted);
        expect(cronProblem(cronLine(wanted), now)).toBeNull();
      }),
    );
    expect(presetOf("0 9 * * 0")).toEqual({ kind: "weekly", clock: "09:00", weekday: 7 });
    for (const line of ["*/15 * * * *", "0 9 1 * 1", "0 9 * 1 *", "0 9 0 * *", "0 24 * * *"])
      expect(presetOf(line)).toBeNull();
  });
});

describe("a plan", () => {
  const plan: Extract<Timing, { kind: "cron" }> = { kind: "cron", cron: "0 9 * * *", timeZone: "Europe/Kyiv" };
  const due = at("2026-11-26T07:00:00Z");

  test("fires its moment and goes on from it", () => {
    expect(fire(plan, due, due)).toEqual({ run: due, missed: 0, next: at("2026-11-27T07:00:00Z") });
  });

  test("makes up the latest run of the last hour only", () => {
    expect(fire(plan, due, at("2026-11-26T08:00:00Z")).run).toEqual(due);
    expect(fire(plan, due, at("2026-11-26T08:00:01Z"))).toEqual({
      run: null,
      missed: 1,
      next: at("2026-11-27T07:00:00Z"),
    });
    expect(fire(plan, due, at("2026-11-28T07:30:00Z"))).toEqual({
      run: at("2026-11-28T07:00:00Z"),
      missed: 2,
      next: at("2026-11-29T07:00:00Z"),
    });
  });

  test("neither skips nor repeats a run when clocks jump ten minutes back and forth, over a change of the clocks too", () => {
    const jump = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 400, maxLength: 400 });
    fc.assert(
      fc.property(jump, fc.constantFrom("0 * * * *", "30 3 * * *", "*/30 * * * *"), zone, (jumps, cron, timeZone) => {
        const timing = { kind: "cron", cron, timeZone } as const;
        const start = at("2026-10-24T20:00:00Z");
        let next = nextRunOf(timing, start);
        const runs: Date[] = [];
        let seen = start;
        jumps.forEach((minutes, n) => {
          const clockNow = new Date(start.getTime() + n * 5 * 60_000 + minutes * 60_000);
          if (clockNow > seen) seen = clockNow;
          while (next !== null && next <= clockNow) {
            const firing = fire(timing, next, clockNow);
            if (firing.run) runs.push(firing.run);
            next = firing.next;
          }
        });
        const expected = nextRuns(cron, timeZone, start, 2_000).filter((run) => run <= seen);
        expect(runs.map(iso)).toEqual(expected.map(iso));
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  test("ends at its end", () => {
    const ending = { ...plan, until: "2026-11-27T00:00:00Z" };
    expect(fire(ending, due, due)).toEqual({ run: due, missed: 0, next: null });
    expect(nextRunOf(ending, at("2026-11-27T00:00:00Z"))).toBeNull();
  });

  test("after years of standstill goes on with what comes next", () => {
    const dense = { ...plan, cron: "*/15 * * * *" };
    const { run, missed, next } = fire(dense, due, at("2028-01-01T00:05:00Z"));
    expect([run, missed > 999]).toEqual([null, true]);
    expect(next).toEqual(at("2028-01-01T00:15:00Z"));
  });
});

describe("each in his own time", () => {
  const schedule = { kind: "local", day: "2026-11-27", clock: "10:00" } as const;

  test("is due by each wall, and too late only where the day is over", () => {
    const now = at("2026-11-27T16:00:00Z");
    expect(iso(dueAtFor(schedule, "America/Los_Angeles"))).toBe("2026-11-27T18:00:00.000Z");
    expect(iso(dueAtFor(schedule, "Europe/Kyiv"))).toBe("2026-11-27T08:00:00.000Z");
    const isLate = (where: string) => isTooLate(schedule, where, now);
    expect([isLate("America/Los_Angeles"), isLate("Europe/Kyiv"), isLate("Pacific/Kiritimati")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("concerns no other schedule", () => {
    const now = at("2027-01-01T00:00:00Z");
    expect(isTooLate({ kind: "now" }, "UTC", now)).toBe(false);
    expect(isTooLate({ kind: "at", at: "2026-11-27T10:00:00Z" }, "UTC", now)).toBe(false);
    expect(dueAtFor({ kind: "now" }, "UTC")).toBeNull();
    expect(nextRun("0 9 * * *", "UTC", at("2026-11-27T09:00:00Z"))).toEqual(at("2026-11-28T09:00:00Z"));
  });
});
