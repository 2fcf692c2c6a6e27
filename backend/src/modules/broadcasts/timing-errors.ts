/** Refusals of schedules, experiments and sequences. The code is also the key of the sentence in `i18n/<lang>/sequences.ts`. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";
import { type CronProblem, shortestMinutes } from "./domain/cron.ts";

export const cronInvalid = (problem: CronProblem) =>
  invalid(`sequences.cron_${problem}`, problem === "too_often" ? { minutes: shortestMinutes } : {});
export const timeZoneUnknown = () => invalid("sequences.time_zone_unknown");

export const notAPlan = () => conflict("sequences.not_a_plan");
export const planIsOver = () => conflict("sequences.plan_is_over");

export const notAnExperiment = () => conflict("sequences.not_an_experiment");
export const winnerChosen = () => conflict("sequences.winner_chosen");
export const variantUnknown = () => invalid("sequences.variant_unknown");

export const sequenceNotFound = () => notFound("sequences.sequence_not_found");
export const runNotFound = () => notFound("sequences.run_not_found");
export const sequenceNameInvalid = (limit: number) => invalid("sequences.name_invalid", { limit });
export const tooManySequences = (limit: number) => conflict("sequences.too_many", { limit });
export const sequenceIsEmpty = () => conflict("sequences.is_empty");
export const sequenceHasSent = () => conflict("sequences.has_sent");
export const sequenceArchived = () => conflict("sequences.archived");
export const sequenceChanged = () => conflict("sequences.changed_meanwhile");
export const nothingWaits = () => conflict("sequences.nothing_waits");
export const sequenceNotActive = () => conflict("sequences.not_active");
export const stepUnknown = () => invalid("sequences.step_unknown");
export const choiceUnknown = () => invalid("sequences.choice_unknown");
export const valueUnfit = () => invalid("sequences.value_unfit");
export const alreadyIn = () => conflict("sequences.already_in");
export const personNotFound = () => notFound("sequences.person_not_found");
export const personUnreachable = () => conflict("sequences.person_unreachable");
