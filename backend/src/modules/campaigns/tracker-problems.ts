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

/** The sentence for a word, with what to do about it. Null for null. */
export function problemWords(code: string | null, locale: Locale): string | null {
  if (code === null) return null;
  const problem = isTrackerProblem(code) ? code : "failing";
  const t = translator(locale);
  // Those two speak of the log in the room of conversions.
  return problem === "not_allowed" || problem === "request_refused"
    ? t(`campaigns.tracker.${problem}`)
    : t(`conversions.tracker.${problem}`);
}
