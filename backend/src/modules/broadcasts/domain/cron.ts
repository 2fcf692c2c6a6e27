/** Cron lines of five fields: checked, and turned into moments of a zone. Pure; croner does the calendar. */
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
