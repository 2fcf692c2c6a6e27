/** The clock on somebody's wall: local times of an IANA zone and back, over changes to and from daylight saving time. */
import { momentAt, shownAt } from "@backend/kit/zone.ts";

export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

/** Minutes since midnight of "HH:MM". */
export const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));

export function wallTimeOf(moment: Date, zone: string): WallTime {
  const shown = new Date(shownAt(moment.getTime(), zone));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
  };
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
export const momentOf = (wall: WallTime, zone: string): Date => new Date(momentAt(asUtc(wall), zone));

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
