/** When a broadcast goes out. Pure: moments in, moments out. */
import { nextRun } from "./cron.ts";
import { momentOf, wallAt } from "./local-time.ts";

/** As `contracts.ts` has it. */
export type Timing =
  | { kind: "now" }
  | { kind: "at"; at: string }
  | { kind: "local"; day: string; clock: string }
  | { kind: "cron"; cron: string; timeZone: string; until?: string };

/**
 * The moment at which somebody in `timeZone` gets it; null when nothing is waited for. A clock that does not exist on that day
 * (spring) is the first moment after the gap; one that exists twice (autumn) is the first of the two.
 */
export function dueAtFor(schedule: Timing, timeZone: string): Date | null {
  if (schedule.kind === "at") return new Date(schedule.at);
  return schedule.kind === "local" ? momentOf(schedule, timeZone) : null;
}

/**
 * Whether somebody in `timeZone` is to be left out, with the reason "too_late": his moment has passed, and so has that day where he
 * is. While it is still that day he gets it at once.
 */
export const isTooLate = (schedule: Timing, timeZone: string, now: Date): boolean =>
  schedule.kind === "local" && wallAt(now, timeZone).day > schedule.day;

/** The next run of a plan after a moment; null after its end. */
export function nextRunOf(plan: Extract<Timing, { kind: "cron" }>, after: Date): Date | null {
  const next = nextRun(plan.cron, plan.timeZone, after);
  return next !== null && plan.until !== undefined && next > new Date(plan.until) ? null : next;
}

/** How late a run may be made up after nothing worked for a while; what is older is left out. */
export const madeUpWithinMs = 60 * 60_000;

/** What a plan whose time has come does: the run to make, how many are left out, and when it is due next. */
export interface Firing {
  /** Null when all that was missed is too old. */
  run: Date | null;
  missed: number;
  next: Date | null;
}

/** Counting what was missed ends here: the number is for people. */
const countedAtMost = 1_000;

/**
 * Follows the plan from `dueAt`, not from the clock: a clock that jumps back repeats no run, one that jumps forward skips none. After
 * a standstill the latest missed run is made up if it is at most an hour old, and the others are left out.
 */
export function fire(plan: Extract<Timing, { kind: "cron" }>, dueAt: Date, now: Date): Firing {
  let latest = dueAt;
  let missed = 0;
  let next = nextRunOf(plan, latest);
  while (next !== null && next <= now && missed < countedAtMost) {
    latest = next;
    missed++;
    next = nextRunOf(plan, latest);
  }
  // Years of standstill: the rest is not counted.
  if (next !== null && next <= now) next = nextRunOf(plan, now);
  return now.getTime() - latest.getTime() <= madeUpWithinMs
    ? { run: latest, missed, next }
    : { run: null, missed: missed + 1, next };
}
