/**
 * When a summary is due, and of which days it tells. A daily one tells of yesterday, a weekly one of the seven days that end with
 * yesterday; each is compared with as many days before. Days are the workspace's own.
 */
import { addDays, dayText, momentAtOrAfter, type Wall, wallOf, weekdayOf } from "./local-time.ts";

export interface Schedule {
  period: "day" | "week";
  /** "09:00". */
  at: string;
  /** 1 = Monday; of weekly ones. */
  weekday: number;
}

export interface Period {
  /** The first and the last day. */
  firstDay: string;
  lastDay: string;
  from: Date;
  to: Date;
  /** Where the days that it is compared with begin; they end at `from`. */
  previousFrom: Date;
}

export interface Due {
  at: Date;
  period: Period;
}

const daysIn = { day: 1, week: 7 } as const;

const midnight = (wall: Wall): Wall => ({ ...wall, hour: 0, minute: 0 });

/** The days that end with yesterday, seen from a day of the wall. */
export function periodBefore(today: Wall, kind: Schedule["period"], timeZone: string): Period {
  const start = midnight(today);
  const days = daysIn[kind];
  return {
    firstDay: dayText(addDays(start, -days)),
    lastDay: dayText(addDays(start, -1)),
    from: momentAtOrAfter(addDays(start, -days), timeZone),
    to: momentAtOrAfter(start, timeZone),
    previousFrom: momentAtOrAfter(addDays(start, -2 * days), timeZone),
  };
}

/** The latest time at or before `now` when the summary was due. */
export function latestDue(schedule: Schedule, timeZone: string, now: Date): Due {
  const [hour = 0, minute = 0] = schedule.at.split(":").map(Number);
  const today = wallOf(now, timeZone);
  for (let back = 0; ; back++) {
    const day = { ...addDays(midnight(today), -back), hour, minute };
    if (schedule.period === "week" && weekdayOf(day) !== schedule.weekday) continue;
    const at = momentAtOrAfter(day, timeZone);
    if (at <= now) return { at, period: periodBefore(day, schedule.period, timeZone) };
  }
}

/** The first time after `now`. */
export function nextDue(schedule: Schedule, timeZone: string, now: Date): Date {
  const [hour = 0, minute = 0] = schedule.at.split(":").map(Number);
  const today = wallOf(now, timeZone);
  for (let ahead = 0; ; ahead++) {
    const day = { ...addDays(midnight(today), ahead), hour, minute };
    if (schedule.period === "week" && weekdayOf(day) !== schedule.weekday) continue;
    const at = momentAtOrAfter(day, timeZone);
    if (at > now) return at;
  }
}

/** Later than this after its time nobody waits for it any more: the next one follows. */
export const lateAtMostMs = 6 * 3_600_000;

/** Whether it is to be told now. `toldFor` is the first day of the last period that was told. */
export const isToTell = (due: Due, toldFor: string | null, now: Date): boolean =>
  (toldFor === null || toldFor < due.period.firstDay) && now.getTime() - due.at.getTime() <= lateAtMostMs;

/** Change against before, in whole percent; null when there was nothing before. */
export const changePercent = (now: number, before: number): number | null =>
  before === 0 ? null : Math.round(((now - before) / before) * 100);

const approved: ReadonlySet<string> = new Set(["sale", "deposit"]);
const rejected: ReadonlySet<string> = new Set(["rejected", "trash"]);

/** Approved among decided ones, in whole percent; null when nothing was decided. */
export function approvalPercent(counts: readonly { status: string; count: number }[]): number | null {
  const sumOf = (statuses: ReadonlySet<string>) =>
    counts.reduce((sum, { status, count }) => sum + (statuses.has(status) ? count : 0), 0);
  const decided = sumOf(approved) + sumOf(rejected);
  return decided === 0 ? null : Math.round((sumOf(approved) / decided) * 100);
}
