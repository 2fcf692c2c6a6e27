import { describe, expect, test } from "bun:test";
import { addDays, hourStart, momentAtOrAfter, momentOf, wallOf, weekdayOf } from "./local-time.ts";
import { approvalPercent, changePercent, isToTell, latestDue, periodBefore } from "./summary.ts";
import { comparedHours, isCooling, isPercentOf, judge, lastClosedHour, median, type WatchRule } from "./watch.ts";

const zones = ["UTC", "Europe/Kyiv", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"];
const hourMs = 3_600_000;

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}
const random = seeded(20_261_125);
const someMoment = () => new Date(Date.UTC(2025, 0, 1) + Math.floor(random() * 2 * 365 * 24 * 60) * 60_000);
const below = (limit: number) => Math.floor(random() * limit);

describe("the wall clock", () => {
  test("and its moments say the same, in every zone at any time", () => {
    for (const zone of zones)
      for (let n = 0; n < 400; n++) {
        const moment = someMoment();
        const wall = wallOf(moment, zone);
        const back = momentOf(wall, zone);
        expect(back && wallOf(back, zone)).toEqual(wall);
        // Of an hour that comes twice, the first.
        expect(back && moment.getTime() - back.getTime() >= 0 && moment.getTime() - back.getTime() <= hourMs).toBe(
          true,
        );
      }
  });

  test("has no moment for an hour that the clocks jump over, and its end instead where one is needed", () => {
    const gone = { year: 2026, month: 3, day: 29, hour: 3, minute: 30 };
    expect(momentOf(gone, "Europe/Kyiv")).toBeNull();
    expect(momentAtOrAfter(gone, "Europe/Kyiv").toISOString()).toBe("2026-03-29T01:00:00.000Z");
    const twice = { year: 2026, month: 10, day: 25, hour: 3, minute: 30 };
    expect(momentOf(twice, "Europe/Kyiv")?.toISOString()).toBe("2026-10-25T00:30:00.000Z");
  });

  test("begins its hours where the wall does", () => {
    expect(hourStart(new Date("2026-11-25T10:20:30Z"), "Asia/Kathmandu").toISOString()).toBe(
      "2026-11-25T10:15:00.000Z",
    );
    expect(weekdayOf(wallOf(new Date("2026-11-29T12:00:00Z"), "UTC"))).toBe(7);
  });
});

describe("a watch", () => {
  const rule: WatchRule = { direction: "both", percent: 50, minVolume: 10 };

  test("fires on a drop and on a spike, each from its percent on", () => {
    const past = [30, 31, 32];
    expect(judge(12, past, rule)).toEqual({ kind: "fires", direction: "drop", usual: 31, change: -61 });
    expect(judge(15, past, rule)).toMatchObject({ kind: "fires", direction: "drop" });
    expect(judge(16, past, rule)).toMatchObject({ kind: "calm" });
    expect(judge(46, past, rule)).toMatchObject({ kind: "calm" });
    expect(judge(47, past, rule)).toMatchObject({ kind: "fires", direction: "spike", change: 52 });
  });

  test("says nothing of too few past hours and of small numbers", () => {
    expect(judge(0, [30, 31], rule)).toMatchObject({ kind: "unjudged", reason: "too_few_hours" });
    expect(judge(0, [9, 9, 9], rule)).toMatchObject({ kind: "unjudged", reason: "too_little" });
    expect(judge(9, [1, 1, 1], rule)).toMatchObject({ kind: "unjudged", reason: "too_little" });
    expect(judge(10, [0, 0, 0], rule)).toEqual({ kind: "fires", direction: "spike", usual: 0, change: null });
  });

  test("one day that went wrong does not move the usual", () => {
    expect(median([30, 0, 31, 500, 29])).toBe(30);
    expect(median([1, 2])).toBe(1.5);
  });

  test("never fires against its direction, below its volume or inside its percent", () => {
    for (let n = 0; n < 5_000; n++) {
      const direction = (["drop", "spike", "both"] as const)[below(3)] ?? "both";
      const some: WatchRule = { direction, percent: 5 + below(96), minVolume: 1 + below(50) };
      const past = Array.from({ length: below(11) }, () => below(120));
      const present = below(200);
      const verdict = judge(present, past, some);
      if (verdict.kind !== "fires") continue;
      const usual = median(past);
      expect(past.length).toBeGreaterThanOrEqual(3);
      expect([direction, "both"]).toContain(direction === "both" ? "both" : verdict.direction);
      expect(verdict.direction === "drop" ? usual >= some.minVolume : present >= some.minVolume).toBe(true);
      const distance = verdict.direction === "drop" ? usual - present : present - usual;
      expect(distance * 100 >= usual * some.percent && distance > 0).toBe(true);
      // Further out in the same direction it fires too.
      const further = verdict.direction === "drop" ? below(present + 1) : present + below(50);
      expect(judge(further, past, some)).toMatchObject({ kind: "fires", direction: verdict.direction });
    }
  });

  test("the order of past hours means nothing", () => {
    for (let n = 0; n < 500; n++) {
      const past = Array.from({ length: 3 + below(8) }, () => below(100));
      expect(judge(20, past, rule)).toEqual(judge(20, [...past].reverse(), rule));
    }
  });

  test("compares whole hours of the same clock, in every zone, over every change of the clocks", () => {
    for (const zone of zones)
      for (let n = 0; n < 100; n++) {
        const now = someMoment();
        const hour = lastClosedHour(now, zone);
        expect(hour.to.getTime() - hour.from.getTime()).toBeWithin(hourMs / 2, hourMs + 1);
        expect(hour.to <= now && now.getTime() - hour.to.getTime() < hourMs).toBe(true);
        const compared = comparedHours(hour, zone, new Date(0));
        expect(compared.length).toBeWithin(9, 11);
        const clock = ({ hour: h, minute }: ReturnType<typeof wallOf>) => `${h}:${minute}`;
        for (const { from, to } of compared) {
          expect(clock(wallOf(from, zone))).toBe(clock(wallOf(hour.from, zone)));
          expect(to.getTime() - from.getTime()).toBe(hourMs);
        }
      }
  });

  test("an hour that the clocks jumped over is not compared with, nor one before the traffic began", () => {
    // 03:00–04:00 of 30 March in Kyiv; that of the 29th did not come.
    const hour = { from: new Date("2026-03-30T00:00:00Z"), to: new Date("2026-03-30T01:00:00Z") };
    expect(comparedHours(hour, "Europe/Kyiv", new Date(0)).length).toBe(9);
    const since = new Date("2026-03-26T12:00:00Z");
    expect(comparedHours(hour, "Europe/Kyiv", since).map(({ from }) => from.toISOString())).toEqual([
      "2026-03-28T01:00:00.000Z",
      "2026-03-27T01:00:00.000Z",
    ]);
  });

  test("cools down, and takes no percent that cannot be", () => {
    const firedAt = new Date("2026-11-25T10:00:00Z");
    expect(isCooling(firedAt, 60, new Date("2026-11-25T10:59:59Z"))).toBe(true);
    expect(isCooling(firedAt, 60, new Date("2026-11-25T11:00:00Z"))).toBe(false);
    expect(isCooling(null, 60, firedAt)).toBe(false);
    expect([
      isPercentOf("drop", 100),
      isPercentOf("drop", 101),
      isPercentOf("spike", 300),
      isPercentOf("both", 300),
    ]).toEqual([true, false, true, false]);
  });
});

describe("a summary", () => {
  const daily = { period: "day", at: "09:00", weekday: 1 } as const;
  const weekly = { period: "week", at: "09:00", weekday: 5 } as const;

  test("of a day tells of yesterday by the workspace's clock, against the day before", () => {
    const { at, period } = latestDue(daily, "Europe/Kyiv", new Date("2026-11-25T07:00:00Z"));
    expect(at.toISOString()).toBe("2026-11-25T07:00:00.000Z");
    expect(period).toEqual({
      firstDay: "2026-11-24",
      lastDay: "2026-11-24",
      from: new Date("2026-11-23T22:00:00Z"),
      to: new Date("2026-11-24T22:00:00Z"),
      previousFrom: new Date("2026-11-22T22:00:00Z"),
    });
    expect(latestDue(daily, "Europe/Kyiv", new Date("2026-11-25T06:59:59Z")).period.firstDay).toBe("2026-11-23");
  });

  test("of a week tells of the seven days that end with yesterday", () => {
    const { at, period } = latestDue(weekly, "UTC", new Date("2026-11-25T12:00:00Z"));
    expect(at.toISOString()).toBe("2026-11-20T09:00:00.000Z");
    expect([period.firstDay, period.lastDay]).toEqual(["2026-11-13", "2026-11-19"]);
  });

  test("days with a change of the clocks are as long as they are, and a time that never comes is the next that does", () => {
    const spring = latestDue({ ...daily, at: "03:30" }, "Europe/Kyiv", new Date("2026-03-29T12:00:00Z"));
    expect(spring.at.toISOString()).toBe("2026-03-29T01:00:00.000Z");
    const { period } = latestDue(daily, "Europe/Kyiv", new Date("2026-10-26T12:00:00Z"));
    expect(period.to.getTime() - period.from.getTime()).toBe(25 * hourMs);
  });

  test("is due once for each day or week, at any time and in every zone", () => {
    for (const zone of zones)
      for (const schedule of [daily, weekly, { ...daily, at: "00:00" }, { ...weekly, at: "23:59", weekday: 7 }]) {
        let last = "";
        const start = someMoment().getTime();
        for (let hour = 0; hour < 24 * 21; hour++) {
          const { at, period } = latestDue(schedule, zone, new Date(start + hour * hourMs));
          expect(period.firstDay >= last).toBe(true);
          if (last !== "" && period.firstDay !== last) {
            const days = schedule.period === "day" ? 1 : 7;
            const [year = 0, month = 0, day = 0] = last.split("-").map(Number);
            const next = addDays({ year, month, day, hour: 0, minute: 0 }, days);
            expect(period.firstDay).toBe(
              `${next.year}-${String(next.month).padStart(2, "0")}-${String(next.day).padStart(2, "0")}`,
            );
            expect(period.to <= at).toBe(true);
          }
          last = period.firstDay;
        }
      }
  });

  test("is told late for six hours, and never of what was told or of something older", () => {
    const now = new Date("2026-11-25T15:00:00Z");
    const due = latestDue(daily, "UTC", now);
    expect(isToTell(due, null, now)).toBe(true);
    expect(isToTell(due, "2026-11-23", now)).toBe(true);
    expect(isToTell(due, "2026-11-24", now)).toBe(false);
    expect(isToTell(due, "2026-11-25", now)).toBe(false);
    expect(isToTell(due, null, new Date("2026-11-25T15:00:01Z"))).toBe(false);
  });

  test("counts changes and approval in whole percent, where there is something to divide by", () => {
    expect([changePercent(12, 10), changePercent(5, 10), changePercent(1, 0)]).toEqual([20, -50, null]);
    const counts = [
      { status: "sale", count: 2 },
      { status: "deposit", count: 1 },
      { status: "rejected", count: 1 },
      { status: "lead", count: 50 },
    ];
    expect(approvalPercent(counts)).toBe(75);
    expect(approvalPercent([{ status: "lead", count: 5 }])).toBeNull();
    expect(periodBefore(wallOf(new Date("2026-01-01T12:00:00Z"), "UTC"), "week", "UTC").firstDay).toBe("2025-12-25");
  });
});
