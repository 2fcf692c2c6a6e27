/** The clock on somebody's wall: local times of an IANA zone and back, over changes to and from daylight saving time. */

export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** Minutes since midnight of "HH:MM". */
export const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  formats.set(zone, made);
  return made;
}

export function wallTimeOf(moment: Date, zone: string): WallTime {
  const found = { year: 0, month: 0, day: 0, hour: 0, minute: 0 };
  for (const { type, value } of formatOf(zone).formatToParts(moment)) {
    if (type in found) found[type as keyof WallTime] = Number(value);
  }
  return found;
}

export function minuteOfDay(moment: Date, zone: string): number {
  const { hour, minute } = wallTimeOf(moment, zone);
  return hour * 60 + minute;
}

const minuteMs = 60_000;
const asUtc = (wall: WallTime) => Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);

/**
 * The first moment at which a wall of that zone shows at least this time. `day` and `minute` may run over their ends (day 32 is
 * the 1st). A time that the spring change leaves out is the moment of the change; one that autumn repeats is the first of the two.
 */
export function momentOf(wall: WallTime, zone: string): Date {
  const wanted = asUtc(wall);
  // Zones lie within 14 hours of UTC, and no change is longer than 3 hours: so two looks at the offset suffice.
  const offsetAt = (at: number) => asUtc(wallTimeOf(new Date(at), zone)) - Math.floor(at / minuteMs) * minuteMs;
  const before = wanted - offsetAt(wanted - 14 * 3_600_000);
  const after = wanted - offsetAt(wanted + 14 * 3_600_000);
  const fits = [before, after].filter((at) => asUtc(wallTimeOf(new Date(at), zone)) === wanted);
  if (fits.length > 0) return new Date(Math.min(...fits));
  // Left out: the clock jumps over it somewhere between the two readings.
  let low = Math.min(before, after);
  let high = Math.max(before, after);
  while (high - low > minuteMs) {
    const middle = Math.floor((low + high) / 2 / minuteMs) * minuteMs;
    if (asUtc(wallTimeOf(new Date(middle), zone)) >= wanted) high = middle;
    else low = middle;
  }
  return new Date(high);
}

/** The next moment after `now` at which the wall shows "HH:MM". */
export function nextTime(now: Date, clock: string, zone: string): Date {
  const today = wallTimeOf(now, zone);
  const minutes = minutesOf(clock);
  const at = (daysLater: number) => momentOf({ ...today, day: today.day + daysLater, hour: 0, minute: minutes }, zone);
  const first = at(0);
  return first > now ? first : at(1);
}

/** The end of the window of so many minutes, counted from the wall's midnight, in which `now` lies; midnight ends the last one. */
export function windowEnd(now: Date, minutes: number, zone: string): Date {
  const today = wallTimeOf(now, zone);
  const passed = today.hour * 60 + today.minute;
  const end = Math.min((Math.floor(passed / minutes) + 1) * minutes, 1_440);
  const moment = momentOf({ ...today, hour: 0, minute: end }, zone);
  // In the hour that autumn repeats the wall's end may lie behind us.
  return moment > now ? moment : new Date((Math.floor(now.getTime() / (minutes * minuteMs)) + 1) * minutes * minuteMs);
}
