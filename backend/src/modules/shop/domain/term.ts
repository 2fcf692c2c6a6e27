/**
 * From when until when somebody has what he paid for, and what unused days are worth. A term lasts so many days of the workspace's
 * zone and ends at the time of day at which it began. Values in, values out.
 */
import Big from "big.js";
import { floorTo } from "./money.ts";
import { addDays, daysBetween } from "./wall.ts";

export interface Term {
  startsAt: Date;
  /** Null = without an end. */
  endsAt: Date | null;
}

/**
 * A renewal begins when what one has of the same product ends, so that no paid day is lost. `runsUntil` is that end: null when there is
 * nothing, or nothing with an end.
 */
export function termFrom(order: {
  now: Date;
  durationDays: number | null;
  bonusDays: number;
  runsUntil: Date | null;
  timeZone: string;
}): Term {
  const { now, durationDays, bonusDays, runsUntil, timeZone } = order;
  const startsAt = runsUntil !== null && runsUntil > now ? runsUntil : now;
  return {
    startsAt,
    endsAt: durationDays === null ? null : addDays(startsAt, durationDays + bonusDays, timeZone),
  };
}

/**
 * What comes back when another package takes the place of one that still runs: its price for each whole day that is not begun yet,
 * rounded down. A term without an end has no price a day, and gives nothing back.
 */
export function worthOfUnused(
  term: Term,
  paid: { amount: string; currency: string },
  now: Date,
  timeZone: string,
): string {
  if (term.endsAt === null || term.endsAt <= now) return "0";
  const days = daysBetween(term.startsAt, term.endsAt, timeZone);
  if (days === 0) return "0";
  const begun = term.startsAt > now ? 0 : daysBetween(term.startsAt, now, timeZone);
  return floorTo(new Big(paid.amount).times(Math.max(0, days - begun)).div(days), paid.currency);
}

/** One post of a package: what was paid, over all posts that it allows, rounded down. Null without an end or without a price. */
export function worthOfPost(
  term: Term,
  postsPerDay: number,
  paid: { amount: string; currency: string },
  timeZone: string,
): { amount: string; currency: string } | null {
  if (term.endsAt === null) return null;
  const posts = postsPerDay * daysBetween(term.startsAt, term.endsAt, timeZone);
  if (posts === 0) return null;
  const amount = floorTo(new Big(paid.amount).div(posts), paid.currency);
  return amount === "0" ? null : { amount, currency: paid.currency };
}

/** Days before the end at which somebody is reminded (P-16). */
export const reminderDays = [3, 1] as const;

/**
 * The reminder that is due now, or null. After a standstill only the nearest one is sent: nobody wants to hear "3 days" and "1 day" in
 * one minute. A term that is shorter than the reminder's days is not reminded of them.
 */
export function reminderDue(
  term: { startsAt: Date; endsAt: Date },
  reminded: readonly number[],
  now: Date,
  timeZone: string,
): number | null {
  if (now >= term.endsAt || now < term.startsAt) return null;
  const due = reminderDays.filter(
    (days) => addDays(term.endsAt, -days, timeZone) <= now && addDays(term.endsAt, -days, timeZone) > term.startsAt,
  );
  const nearest = Math.min(...due);
  return due.length === 0 || reminded.includes(nearest) ? null : nearest;
}
