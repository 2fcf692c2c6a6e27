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

/** When somebody in `timeZone` may be written to: at his time, not before now, and not in his quiet hours. */
export function dueFor(schedule: Timing, quiet: QuietHours | null, timeZone: string, now: Date): Date {
  const at = dueAtFor(schedule, timeZone);
  return afterQuiet(at !== null && at > now ? at : now, quiet, timeZone);
}
