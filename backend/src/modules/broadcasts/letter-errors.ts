/** Refusals about letters, templates and changes of what was delivered. Sentences: `i18n/<lang>/letters.ts`. */
import { conflict, invalid, notFound } from "@backend/kit/errors.ts";
import type { LetterProblem } from "@backend/modules/messaging/index.ts";

export const templateNotFound = () => notFound("letters.template_not_found");
export const templateChanged = () => conflict("letters.template_changed");
export const templateNameInvalid = () => invalid("letters.template_name_invalid");
export const templateNameTaken = () => conflict("letters.template_name_taken");
export const tooManyTemplates = (limit: number) => conflict("letters.too_many_templates", { limit });
/** `language` and `place` say where, for programs; people read the sentence beside the place. */
export const letterUnsound = ({ code, params, language, place }: LetterProblem) =>
  invalid(code, { ...params, language, place });
export const letterFileGone = () => invalid("letters.file_gone");

export const changeNotFound = () => notFound("letters.change_not_found");
export const changeRunning = () => conflict("letters.change_running");
export const changeEnded = () => conflict("letters.change_ended");
export const pauseFirst = () => conflict("letters.pause_first");
export const nothingDelivered = () => conflict("letters.nothing_delivered");
export const noSuchVariant = () => invalid("letters.no_such_variant");
export const cannotBecome = (language: string) => invalid("letters.cannot_become", { language });
