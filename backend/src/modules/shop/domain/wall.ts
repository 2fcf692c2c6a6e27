/** Days of a time zone, as people count what they have bought by them. */
import { momentAt, shiftDay, shownAt, wallText } from "@backend/kit/zone.ts";

export { shiftDay };

export const dayMs = 86_400_000;

/** "2026-11-25" there. */
export const dayOf = (moment: Date, zone: string): string => wallText(moment, zone).slice(0, 10);

/** The beginning of a day there. Where spring leaves midnight out, the first moment of that day. */
export const startOfDay = (day: string, zone: string): Date => new Date(momentAt(Date.parse(`${day}T00:00:00Z`), zone));

/** The end of the day there that a moment lies in, which is the beginning of the next. */
export const endOfDay = (moment: Date, zone: string): Date => startOfDay(shiftDay(dayOf(moment, zone), 1), zone);

/** The same time of day there so many days on: a day with a change of the clocks has 23 or 25 hours. */
export const addDays = (moment: Date, days: number, zone: string): Date =>
  new Date(momentAt(shownAt(moment.getTime(), zone) + days * dayMs, zone));

/** Midnights there between two moments, rounded up to begun days: what people call "days left". */
export const daysBetween = (from: Date, to: Date, zone: string): number =>
  Math.max(0, Math.ceil((shownAt(to.getTime(), zone) - shownAt(from.getTime(), zone)) / dayMs));
