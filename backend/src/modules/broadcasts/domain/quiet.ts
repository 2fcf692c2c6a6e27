/** Quiet hours by the clock on a recipient's wall. Pure: moments in, moments out. */

export interface QuietHours {
  /** "22:00"; later than `to` for hours that pass midnight. */
  from: string;
  to: string;
}

const minuteMs = 60_000;
const dayMinutes = 1_440;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
  formats.set(timeZone, known);
  return known;
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
const wallMinutes = (at: Date, timeZone: string) => minutesOf(formatOf(timeZone).format(at));

/** Minutes until quiet hours end, or null outside of them. The same `from` and `to` is no quiet at all. */
function minutesLeft(minute: number, quiet: QuietHours): number | null {
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const isQuiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  return isQuiet ? (to - minute + dayMinutes) % dayMinutes : null;
}

/**
 * The first moment not before `at` that is outside of quiet hours. Where the clocks change within them the wall decides: whoever
 * is woken up to another hour than expected is looked at once more.
 */
export function afterQuiet(at: Date, quiet: QuietHours | null, timeZone: string): Date {
  if (quiet === null) return at;
  let moment = at;
  for (let look = 0; look < 3; look++) {
    const left = minutesLeft(wallMinutes(moment, timeZone), quiet);
    if (left === null) return moment;
    moment = new Date(Math.floor(moment.getTime() / minuteMs) * minuteMs + left * minuteMs);
  }
  return moment;
}

/** When the next quiet hours begin after `at`, which is outside of them; null when there are none. */
export function nextQuiet(at: Date, quiet: QuietHours | null, timeZone: string): Date | null {
  if (quiet === null || quiet.from === quiet.to) return null;
  const until = (minutesOf(quiet.from) - wallMinutes(at, timeZone) + dayMinutes) % dayMinutes;
  return new Date(Math.floor(at.getTime() / minuteMs) * minuteMs + until * minuteMs);
}
