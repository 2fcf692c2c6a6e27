/** Walls of time zones: what a clock on one shows at a moment, and the moment at which it shows something. */

/** A day and a clock of a wall, without a zone. */
export interface Wall {
  /** "2026-11-25". */
  day: string;
  /** "09:30". */
  clock: string;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  // sv-SE writes "2026-11-25 09:30", which is how walls are compared here.
  const made = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  formats.set(zone, made);
  return made;
}

export function wallAt(moment: Date, zone: string): Wall {
  const [day = "", clock = ""] = formatOf(zone).format(moment).split(" ");
  return { day, clock };
}

const asUtc = ({ day, clock }: Wall): number => Date.parse(`${day}T${clock}:00Z`);

/** How far the wall is ahead of UTC at a moment, in milliseconds. */
const aheadAt = (at: number, zone: string): number =>
  asUtc(wallAt(new Date(at), zone)) - Math.floor(at / minuteMs) * minuteMs;

/**
 * The moment at which a wall shows this. A clock that spring leaves out is the first moment after the gap; one that autumn repeats
 * is the first of the two.
 */
export function momentOf(wall: Wall, zone: string): Date {
  const wanted = asUtc(wall);
  // No zone is further than 14 hours from UTC, so these lie on the two sides of a change, if there is one.
  const before = wanted - aheadAt(wanted - dayMs, zone);
  const after = wanted - aheadAt(wanted + dayMs, zone);
  const shows = (at: number) => asUtc(wallAt(new Date(at), zone));
  const [first, second] = before < after ? [before, after] : [after, before];
  if (shows(first) === wanted) return new Date(first);
  if (shows(second) === wanted) return new Date(second);
  // In a gap, which lies between the two: the first minute at which the wall shows more than was wanted.
  let [low, high] = [first, second];
  while (high - low > minuteMs) {
    const middle = low + Math.floor((high - low) / 2 / minuteMs) * minuteMs;
    if (shows(middle) > wanted) high = middle;
    else low = middle;
  }
  return new Date(high);
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

/** The first moment at or after `from` at which the wall shows this clock. */
export function nextClock(from: Date, clock: string, zone: string): Date {
  const { day } = wallAt(from, zone);
  const today = momentOf({ day, clock }, zone);
  return today >= from ? today : momentOf({ day: addDays(day, 1), clock }, zone);
}

/** The last moment at or before `until` at which the wall showed this clock. */
export function lastClock(until: Date, clock: string, zone: string): Date {
  const { day } = wallAt(until, zone);
  const today = momentOf({ day, clock }, zone);
  return today <= until ? today : momentOf({ day: addDays(day, -1), clock }, zone);
}
