/** Days as text: "2026-03-29". Which moments a day covers depends on a zone and is PostgreSQL's business. Pure. */
import { wallText } from "@backend/kit/zone.ts";

const dayMs = 86_400_000;

/** Midnight in UTC of a day that exists; undefined for 31 February and other text. */
function timeOf(day: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return undefined;
  const time = Date.parse(`${day}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().slice(0, 10) === day ? time : undefined;
}

export const isDay = (day: string): boolean => timeOf(day) !== undefined;

/** A day so many days later, or earlier. */
export function dayAfter(day: string, days: number): string {
  return new Date((timeOf(day) ?? 0) + days * dayMs).toISOString().slice(0, 10);
}

/** Every day from one to another, both included, newest first; at most `limit`, counted from the end. */
export function daysBetween(from: string, to: string, limit: number): string[] {
  const days: string[] = [];
  for (let day = to; day >= from && days.length < limit; day = dayAfter(day, -1)) days.push(day);
  return days;
}

/** The day that a moment belongs to in a zone. */
export const dayIn = (at: Date, timeZone: string): string => wallText(at, timeZone).slice(0, 10);
