/** Why a tracker could not be asked, as a word and as a sentence. */
import { translator } from "@backend/i18n/index.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { isTrackerProblem, type TrackerProblem } from "@backend/modules/conversions/index.ts";
import type { Locale } from "@db/schema/identity.ts";

/** The word for a failure; anything that is no failure of a tracker is thrown on. */
export function problemOf(error: unknown): TrackerProblem {
  if (!(error instanceof IntegrationError)) throw error;
  const { problem } = error.options;
  return isTrackerProblem(problem) ? problem : "failing";
}

/** What a tracker was asked about. */
type Asked = "tracker" | "figures" | "sent";

/** The key of the sentence for a word, with what to do about it. */
export const problemCode = (problem: TrackerProblem, about: Asked) =>
  // Those two speak of the log in the room of conversions.
  problem === "not_allowed" || problem === "request_refused"
    ? (`campaigns.${about}.${problem}` as const)
    : (`conversions.tracker.${problem}` as const);

/** The sentence for a word. Null for null. */
export function problemWords(code: string | null, locale: Locale, about: Asked = "tracker"): string | null {
  if (code === null) return null;
  return translator(locale)(problemCode(isTrackerProblem(code) ? code : "failing", about));
}
