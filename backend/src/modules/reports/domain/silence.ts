/** Whether a connection that used to speak has gone silent against its habit. */

const hourMs = 3_600_000;
/** Fewer events than this are no habit. */
const fewestEvents = 5;
const usualGapTimes = 5;

export interface Habit {
  lastEventAt: Date;
  /** Pauses between its events in the week before the last one, in milliseconds, in any order. */
  gapsMs: readonly number[];
}

/**
 * How long it may be quiet: five usual (median) pauses, `leastMs` at least, and never less than the third longest pause of the
 * week, so that a connection that sleeps every night is not reported every night, while one odd outage does not dull the rule.
 * Null without a habit.
 */
export function patienceMs(gapsMs: readonly number[], leastMs: number): number | null {
  if (gapsMs.length < fewestEvents - 1) return null;
  const sorted = [...gapsMs].sort((a, b) => a - b);
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const thirdLongest = sorted.at(-3) ?? 0;
  return Math.max(leastMs, median * usualGapTimes, thirdLongest);
}

/** Hours of silence when it is longer than the habit allows; null otherwise. */
export function silentHours(habit: Habit, now: Date, leastHours = 3): number | null {
  const patience = patienceMs(habit.gapsMs, leastHours * hourMs);
  const quietMs = now.getTime() - habit.lastEventAt.getTime();
  return patience !== null && quietMs >= patience ? quietMs / hourMs : null;
}
