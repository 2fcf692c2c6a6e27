/** Refusals about segments. The code is also the key of the sentence in `i18n/<lang>/segments.ts`. */
import { AppError, conflict, invalid, notFound } from "@backend/kit/errors.ts";
import type { Problem } from "./domain/segment.ts";

export const segmentNotFound = () => notFound("segments.segment_not_found");
export const botNotFound = () => notFound("segments.bot_not_found");
export const categoryNotFound = () => notFound("segments.category_not_found");
export const nameInvalid = () => invalid("segments.name_invalid");
export const nameTaken = () => conflict("segments.name_taken");
export const tooManySegments = (limit: number) => conflict("segments.too_many_segments", { limit });
/** `where`: names of what it is chosen in. */
export const segmentInUse = (where: string) => conflict("segments.segment_in_use", { where });
/** Both a saved segment and a condition were sent. */
export const chooseOne = () => invalid("segments.choose_one");
/** `path`: places from the outermost group to what is wrong, "0.2"; "" is the whole. */
export const conditionBroken = ({ code, path }: Problem) => invalid(code, { path: path.join(".") });
export const countStopped = (cause: unknown) => new AppError("conflict", "segments.count_stopped", {}, { cause });
