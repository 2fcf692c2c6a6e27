/** Cron lines of five fields: checked, said in presets, and turned into moments of a zone. Pure; croner does the calendar. */
import { Cron } from "croner";

/** Shorter than this nobody reads: it is a mistake in the line, not a plan. */
export const shortestMinutes = 15;

/** Of croner's language what is common to crons, with "L" for the last day; no seconds, nicknames or "?". */
const fieldShape = /^[0-9A-Za-z*,/#-]{1,40}$/;

/** Runs that are looked at for the shortest distance: three days of the densest line that is allowed. */
const lookedAt = 300;

const cronOf = (line: string, zone: string) => new Cron(line, { timezone: zone, mode: "5-part", paused: true });

export type CronProblem = "unreadable" | "never" | "too_often";

/** What is wrong with a line; null when it can be used. Distances are the wall's: a change of the clocks is no mistake. */
export function cronProblem(line: string, now: Date): CronProblem | null {
  const fields = line.trim().split(/\s+/);
  if (fields.length !== 5 || !fields.every((field) => fieldShape.test(field))) return "unreadable";
  let runs: Date[];
  try {
    runs = cronOf(fields.join(" "), "UTC").nextRuns(lookedAt, now);
  } catch {
    return "unreadable";
  }
  if (runs.length === 0) return "never";
  const isTooOften = runs.some((run, at) => {
    const before = runs[at - 1];
    return before !== undefined && run.getTime() - before.getTime() < shortestMinutes * 60_000;
  });
  return isTooOften ? "too_often" : null;
}

/**
 * The next runs after a moment, at most `count`, earliest first. A clock that spring leaves out runs once, at the first moment after
 * the gap; one that autumn repeats runs once, the first time. A day that a month has not is left out: "31" is not the 28th.
 */
export function nextRuns(line: string, zone: string, after: Date, count: number): Date[] {
  return cronOf(line, zone).nextRuns(count, after);
}

export const nextRun = (line: string, zone: string, after: Date): Date | null =>
  nextRuns(line, zone, after, 1)[0] ?? null;

/** What most plans are, in words that need no cron. Days of the week: 1 = Monday … 7 = Sunday. */
export type Preset =
  | { kind: "daily"; clock: string }
  | { kind: "weekdays"; clock: string }
  | { kind: "weekly"; clock: string; weekday: number }
  | { kind: "monthly"; clock: string; day: number }
  | { kind: "month_end"; clock: string };

export function cronLine(preset: Preset): string {
  const time = `${Number(preset.clock.slice(3, 5))} ${Number(preset.clock.slice(0, 2))}`;
  switch (preset.kind) {
    case "daily":
      return `${time} * * *`;
    case "weekdays":
      return `${time} * * 1-5`;
    case "weekly":
      return `${time} * * ${preset.weekday}`;
    case "monthly":
      return `${time} ${preset.day} * *`;
    case "month_end":
      return `${time} L * *`;
  }
}

/** The preset that a line is; null for a line of its own kind. `presetOf(cronLine(x))` is x. */
export function presetOf(line: string): Preset | null {
  const [minute = "", hour = "", day = "", month = "", weekday = "", ...more] = line.trim().split(/\s+/);
  if (more.length > 0 || !/^\d{1,2}$/.test(minute) || !/^\d{1,2}$/.test(hour) || month !== "*") return null;
  if (Number(minute) > 59 || Number(hour) > 23) return null;
  const clock = `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (day === "*" && weekday === "*") return { kind: "daily", clock };
  if (day === "*" && weekday === "1-5") return { kind: "weekdays", clock };
  // Sunday is 0 or 7 to cron.
  if (day === "*" && /^[0-7]$/.test(weekday)) return { kind: "weekly", clock, weekday: Number(weekday) || 7 };
  if (weekday === "*" && day === "L") return { kind: "month_end", clock };
  if (weekday === "*" && /^([1-9]|[12]\d|3[01])$/.test(day)) return { kind: "monthly", clock, day: Number(day) };
  return null;
}
