/** Quiet hours by the clock on a recipient's wall. Pure: moments in, moments out. */
import { nextClock, wallAt } from "./local-time.ts";

export interface QuietHours {
  /** "22:00"; later than `to` for hours that pass midnight. The same as `to` is no quiet at all. */
  from: string;
  to: string;
}

const minuteMs = 60_000;
const dayMinutes = 1_440;

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

/** When quiet hours that are going on at `now` end; null when it is not quiet. */
export function quietUntil(now: Date, quiet: QuietHours | null, zone: string): Date | null {
  if (quiet === null) return null;
  const { from, to } = quiet;
  const { clock } = wallAt(now, zone);
  const isQuiet = from <= to ? clock >= from && clock < to : clock >= from || clock < to;
  if (!isQuiet) return null;
  const left = (minutesOf(to) - minutesOf(clock) + dayMinutes) % dayMinutes;
  const straight = new Date((Math.floor(now.getTime() / minuteMs) + left) * minuteMs);
  // The clocks change before it: what the wall shows decides.
  return wallAt(straight, zone).clock === to ? straight : nextClock(now, to, zone);
}

/** The first moment not before `at` that is outside of quiet hours. */
export const afterQuiet = (at: Date, quiet: QuietHours | null, zone: string): Date => quietUntil(at, quiet, zone) ?? at;

/** When the next quiet hours begin after `at`, which is outside of them; null when there are none. */
export const nextQuiet = (at: Date, quiet: QuietHours | null, zone: string): Date | null =>
  quiet === null || quiet.from === quiet.to ? null : nextClock(at, quiet.from, zone);
