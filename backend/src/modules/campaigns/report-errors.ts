/** Refusals of figures and advice. */
import { AppError, invalid } from "@backend/kit/errors.ts";
import { isTrackerProblem, type TrackerProblem } from "@backend/modules/conversions/index.ts";

/** The tracker cannot be asked now, and no earlier answer is kept. Its sentence is the one that its connection shows. */
export const trackerAway = (problem: TrackerProblem, cause?: unknown) =>
  new AppError("unavailable", `conversions.tracker.${problem}`, {}, { cause });

export const placeMissing = () => invalid("campaigns.figures.place_missing");
export const periodMissing = () => invalid("campaigns.figures.period_missing");
export const dayUnreadable = () => invalid("reports.statistics.day_unreadable");

export const asTrackerProblem = (word: unknown): TrackerProblem => (isTrackerProblem(word) ? word : "failing");
