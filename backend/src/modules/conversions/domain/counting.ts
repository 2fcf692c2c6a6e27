/** What statistics count by, and which statuses are money, approval and refusal. One definition for rolls, live counts and screens. */
import type { CanonicalStatus } from "./status-map.ts";

/** Facts that conversions are broken down by. "sub_1" is where most teams keep the buyer. */
export const breakdowns = ["campaign", "offer", "landing", "country", "source", "creative", "sub_1"] as const;
export type Breakdown = (typeof breakdowns)[number];

/** What a day is rolled by: everything together, the hours, and each breakdown by itself. */
export const rolledDimensions = ["total", "hour", ...breakdowns] as const;
export type RolledDimension = (typeof rolledDimensions)[number];

/** Spans whose days are added up once they are over, so that half a year is read from a few months and weeks and not from 180 days. */
export const spans = ["month", "week"] as const;
export type Span = (typeof spans)[number];
/** What they are added up by. The hours of a span are those of the wall: "00" to "23". */
export const spanDimensions = ["hour", ...breakdowns] as const;
/** The name that a dimension has in them. */
export const inSpan = (span: Span, dimension: string): string => `${span}:${dimension}`;

/** A day keeps so many values of one dimension by themselves, the most frequent ones; the rest is counted together. */
export const valuesPerDay = 1_000;
/** Stands for the values beyond that. */
export const otherValues = "…";

/** Statuses whose amounts are money earned. A lead's amount is a hope, and its sale comes as a row of its own. */
export const earningStatuses: readonly CanonicalStatus[] = ["sale", "rebill", "deposit"];
/** Statuses that take an earlier sale of the same click and transaction back. */
export const rejectingStatuses: readonly CanonicalStatus[] = ["rejected", "trash"];
/** What an advertiser said yes to. A rebill is a repeated payment, not another yes. */
export const approvedStatuses: readonly CanonicalStatus[] = ["sale", "deposit"];

const hourMs = 3_600_000;
/** For writers that are still committing what arrived before the hour ended. */
const graceMs = 600_000;

/** Conversions of moments before this one are of a past hour: a day's roll may hold them already. */
export const presentHour = (now: Date): Date => new Date(Math.floor(now.getTime() / hourMs) * hourMs);

/** Moments before this one may be rolled: nobody writes there any more without saying so. */
export const closedUntil = (now: Date): Date => presentHour(new Date(now.getTime() - graceMs));
