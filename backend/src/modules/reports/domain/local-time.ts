/**
 * The clock on a wall of some time zone, and the moments it stands for. On the day the clocks go forward an hour of the wall never
 * comes; on the day they go back one comes twice.
 */
import { momentAt, momentShowing, shownAt } from "@backend/kit/zone.ts";

/** A moment of a wall clock, without a zone. */
export interface Wall {
  year: number;
  /** 1 = January. */
  month: number;
  day: number;
  hour: number;
  minute: number;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** What the wall shows at a moment. */
export const wallOf = (moment: Date, timeZone: string): Wall => fromUtc(shownAt(moment.getTime(), timeZone));

const asUtc = ({ year, month, day, hour, minute }: Wall): number => Date.UTC(year, month - 1, day, hour, minute);

/** When the wall shows this: the first time of two, and null for an hour that never comes. */
export function momentOf(wall: Wall, timeZone: string): Date | null {
  const at = momentShowing(asUtc(wall), timeZone);
  return at === null ? null : new Date(at);
}

/** As `momentOf`; for an hour that never comes, the moment at which the clocks jump over it. */
export const momentAtOrAfter = (wall: Wall, timeZone: string): Date => new Date(momentAt(asUtc(wall), timeZone));

const fromUtc = (ms: number): Wall => {
  const date = new Date(ms);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
};

/** The same time of day so many days on, or back. */
export const addDays = (wall: Wall, days: number): Wall => fromUtc(asUtc(wall) + days * dayMs);

/** The beginning of the wall's hour that a moment lies in. Not of UTC's: some zones stand half an hour aside. */
export function hourStart(moment: Date, timeZone: string): Date {
  const { minute } = wallOf(moment, timeZone);
  return new Date(Math.floor(moment.getTime() / minuteMs) * minuteMs - minute * minuteMs);
}

export const hourEnd = (start: Date): Date => new Date(start.getTime() + hourMs);

/** "2026-11-25". */
export const dayText = ({ year, month, day }: Wall): string =>
  `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

/** 1 = Monday, 7 = Sunday. */
export const weekdayOf = (wall: Wall): number => new Date(asUtc(wall)).getUTCDay() || 7;
