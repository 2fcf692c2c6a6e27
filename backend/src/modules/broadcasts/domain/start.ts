/** When a broadcast begins to send. Pure. */
import { afterQuiet, type QuietHours } from "./quiet.ts";
import { dueAtFor, type Timing } from "./schedule.ts";

/** The zone whose days begin first: whoever is reached by the clock of his own zone is reached there first. */
const firstZone = "Pacific/Kiritimati";

/** Null = at once. A time that has passed is now. */
export function startOf(schedule: Timing, now: Date): Date | null {
  const at = schedule.kind === "local" ? dueAtFor(schedule, firstZone) : dueAtFor(schedule, "UTC");
  return at !== null && at > now ? at : null;
}

/** The zone whose days end last: once a day is over there, it is over for everybody. */
export const lastZone = "Etc/GMT+12";

/** Milliseconds between the first who gets it by his own clock and the last, at most; 0 where one moment is everybody's. */
export function spreadMs(schedule: Timing, begins: Date): number {
  const last = schedule.kind === "local" ? dueAtFor(schedule, lastZone) : null;
  return last === null ? 0 : Math.max(0, last.getTime() - begins.getTime());
}

/** When somebody in `timeZone` may be written to: at his time, not before now, and not in his quiet hours. */
export function dueFor(schedule: Timing, quiet: QuietHours | null, timeZone: string, now: Date): Date {
  const at = dueAtFor(schedule, timeZone);
  return afterQuiet(at !== null && at > now ? at : now, quiet, timeZone);
}
