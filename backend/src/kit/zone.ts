/**
 * Walls of time zones: what a clock on one shows at a moment, and the moments at which it shows something. What a wall shows is written
 * as the milliseconds of a clock without a zone. Pure: the rules of every room count days by it, on the server and on screens.
 */

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Making a format is dear, and there are few zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  // sv-SE writes "2026-11-25 09:30:00", which reads as a moment of UTC.
  const made = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  formats.set(zone, made);
  return made;
}

/** "2026-11-25 09:30:00". */
export const wallText = (moment: Date, zone: string): string => formatOf(zone).format(moment);

/** What the wall shows at a moment. */
export const shownAt = (at: number, zone: string): number =>
  Date.parse(`${wallText(new Date(at), zone).replace(" ", "T")}Z`) + (((at % 1_000) + 1_000) % 1_000);

/** The two moments that the offsets around a change give; one twice where none is near. */
function candidates(shown: number, zone: string): [number, number] {
  // No zone is further than 14 hours from UTC, and none changes twice within two days: these lie on the two sides of a change.
  const by = (offsetAt: number) => shown - (shownAt(offsetAt, zone) - offsetAt);
  const [one, other] = [by(shown - dayMs), by(shown + dayMs)];
  return one < other ? [one, other] : [other, one];
}

/** When the wall shows this, the first time of two; null for what spring leaves out. */
export const momentShowing = (shown: number, zone: string): number | null =>
  candidates(shown, zone).find((at) => shownAt(at, zone) === shown) ?? null;

/** As `momentShowing`; for what spring leaves out, the moment at which the clocks jump over it. */
export function momentAt(shown: number, zone: string): number {
  const found = momentShowing(shown, zone);
  if (found !== null) return found;
  let [low, high] = candidates(shown, zone);
  // Changes come on whole minutes.
  high = Math.ceil(high / minuteMs) * minuteMs;
  low = Math.floor(low / minuteMs) * minuteMs;
  while (high - low > minuteMs) {
    const middle = low + Math.floor((high - low) / 2 / minuteMs) * minuteMs;
    if (shownAt(middle, zone) > shown) high = middle;
    else low = middle;
  }
  return high;
}

/** The same days so many days on: "2026-11-25". */
export const shiftDay = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);
