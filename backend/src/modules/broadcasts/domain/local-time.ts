/** Walls of time zones: what a clock on one shows at a moment, and the moment at which it shows something. */
import { momentAt, shiftDay, wallText } from "@backend/kit/zone.ts";

/** A day and a clock of a wall, without a zone. */
export interface Wall {
  /** "2026-11-25". */
  day: string;
  /** "09:30". */
  clock: string;
}

export function wallAt(moment: Date, zone: string): Wall {
  const text = wallText(moment, zone);
  return { day: text.slice(0, 10), clock: text.slice(11, 16) };
}

const asUtc = ({ day, clock }: Wall): number => Date.parse(`${day}T${clock}:00Z`);

/**
 * The moment at which a wall shows this. A clock that spring leaves out is the first moment after the gap; one that autumn repeats
 * is the first of the two.
 */
export const momentOf = (wall: Wall, zone: string): Date => new Date(momentAt(asUtc(wall), zone));

export { shiftDay as addDays };

/** The first moment at or after `from` at which the wall shows this clock. */
export function nextClock(from: Date, clock: string, zone: string): Date {
  const { day } = wallAt(from, zone);
  const today = momentOf({ day, clock }, zone);
  return today >= from ? today : momentOf({ day: shiftDay(day, 1), clock }, zone);
}

/** The last moment at or before `until` at which the wall showed this clock. */
export function lastClock(until: Date, clock: string, zone: string): Date {
  const { day } = wallAt(until, zone);
  const today = momentOf({ day, clock }, zone);
  return today <= until ? today : momentOf({ day: shiftDay(day, -1), clock }, zone);
}
