/** How many posts of a day are left. Days are the workspace's. */
import { dayOf, endOfDay } from "./wall.ts";

export interface Quota {
  perDay: number;
  usedToday: number;
  leftToday: number;
  dayEndsAt: Date;
}

export const quotaOf = (perDay: number, usedToday: number, now: Date, timeZone: string): Quota => ({
  perDay,
  usedToday,
  leftToday: Math.max(0, perDay - usedToday),
  dayEndsAt: endOfDay(now, timeZone),
});

export const quotaDayOf = (now: Date, timeZone: string): string => dayOf(now, timeZone);
