/** Days as text ("2026-11-21"), which know no zone: arithmetic on them is arithmetic on a calendar. */

const dayMs = 86_400_000;
const earliest = "2000-01-01";
const latest = "2100-12-31";

export interface Period {
  /** First and last day, both included. */
  from: string;
  to: string;
}

const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / dayMs;
const textOf = (number: number): string => new Date(number * dayMs).toISOString().slice(0, 10);

/** A day that exists, of this century. */
export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) &&
  text >= earliest &&
  text <= latest &&
  !Number.isNaN(numberOf(text)) &&
  textOf(numberOf(text)) === text;

export const addDays = (day: string, count: number): string => textOf(numberOf(day) + count);

/** First day of the month or week (from Monday) that a day lies in. */
export const startOf = (span: "month" | "week", day: string): string =>
  span === "month" ? `${day.slice(0, 7)}-01` : addDays(day, -((numberOf(day) + 3) % 7));

/** Last day of the month or week that begins with this day. */
export const endOf = (span: "month" | "week", start: string): string =>
  span === "week" ? addDays(start, 6) : addDays(startOf("month", addDays(start, 31)), -1);

export const lengthOf = ({ from, to }: Period): number => numberOf(to) - numberOf(from) + 1;

export const daysOf = (period: Period): string[] =>
  Array.from({ length: Math.max(0, lengthOf(period)) }, (_, index) => addDays(period.from, index));

/** The period of equal length that ends where this one begins. */
export const previousOf = (period: Period): Period => ({
  from: addDays(period.from, -lengthOf(period)),
  to: addDays(period.from, -1),
});

export const longestDays = 731;
/** By the hour, more days than these are more points than a chart can show. */
export const longestHourlyDays = 3;

export type PeriodProblem = "day_unreadable" | "period_backwards" | "period_too_long" | "hours_too_long";

/** What is wrong with a period that somebody asked for; null when nothing is. */
export function problemOf(period: Period, isHourly: boolean): PeriodProblem | null {
  if (!isDay(period.from) || !isDay(period.to)) return "day_unreadable";
  if (period.from > period.to) return "period_backwards";
  if (lengthOf(period) > longestDays) return "period_too_long";
  return isHourly && lengthOf(period) > longestHourlyDays ? "hours_too_long" : null;
}
