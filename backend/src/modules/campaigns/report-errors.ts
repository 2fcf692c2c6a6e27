/** Refusals of figures and advice. */
import { AppError, invalid } from "@backend/kit/errors.ts";
import type { TrackerProblem } from "@backend/modules/conversions/index.ts";
import { problemCode } from "./tracker-problems.ts";

/**
 * The tracker cannot be asked now, and no earlier answer is kept. A refusal and not `unavailable`: apps ask those again by themselves,
 * and a server that is down or slow is not helped by that.
 */
export const trackerAway = (problem: TrackerProblem, about: "figures" | "sent", cause?: unknown) =>
  new AppError("invalid", problemCode(problem, about), {}, { cause });

export const placeMissing = () => invalid("campaigns.figures.place_missing");
export const periodMissing = () => invalid("campaigns.figures.period_missing");
export const dayUnreadable = () => invalid("reports.statistics.day_unreadable");
