/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/broadcasts.ts`. */
import { conflict, type ErrorParams, forbidden, invalid, notFound } from "@backend/kit/errors.ts";
import type { Verdict } from "./domain/self-stop.ts";

export const broadcastNotFound = () => notFound("broadcasts.broadcast_not_found");
export const notADraft = () => conflict("broadcasts.not_a_draft");
export const draftChanged = () => conflict("broadcasts.draft_changed");
export const notScheduled = () => conflict("broadcasts.not_scheduled");
export const notSending = () => conflict("broadcasts.not_sending");
export const notPaused = () => conflict("broadcasts.not_paused");
export const notCancellable = () => conflict("broadcasts.not_cancellable");
export const notReady = (problem: { code: string; params?: ErrorParams }) => conflict(problem.code, problem.params);
export const needsAnother = () => forbidden("broadcasts.needs_another");
export const needsPerson = () => forbidden("broadcasts.needs_person");
export const editNeedsOwner = () => forbidden("broadcasts.edit_needs_owner");
export const needsRequest = () => conflict("broadcasts.needs_request");
export const unknownThings = (code: "bots" | "chats" | "segment" | "category" | "people" | "language") =>
  invalid(`broadcasts.unknown_${code}`);
export const conditionTooLarge = () => invalid("broadcasts.condition_too_large");
export const noLetter = () => invalid("broadcasts.problem.no_letter");
export const isAPlan = () => conflict("broadcasts.is_a_plan");

/** Why somebody got no message: kept on the recipient. */
export const skipReasons = {
  optedOut: "broadcasts.skipped.opted_out",
  left: "broadcasts.skipped.left_audience",
  attention: "broadcasts.skipped.attention",
  unreadable: "broadcasts.skipped.unreadable",
  gone: "broadcasts.skipped.chat_gone",
  tooLate: "broadcasts.skipped.too_late",
} as const;

/** What is said of a broadcast that was cancelled although its own messages could not be taken back as usual. */
export const cancelledPoisoned = {
  uncounted: "broadcasts.cancelled.uncounted",
  notTakenBack: "broadcasts.cancelled.not_taken_back",
} as const;

/** Why a broadcast, or one bot of it, stands still by itself. */
export const standstill = {
  blocked: "broadcasts.paused.blocked",
  opted_out: "broadcasts.paused.opted_out",
  noBot: "broadcasts.paused.no_bot",
  botOff: "broadcasts.paused.bot_off",
  tokenRefused: "broadcasts.paused.token_refused",
  stumbled: "broadcasts.paused.stumbled",
  lostRight: "broadcasts.failed.lost_right",
  notBegun: "broadcasts.failed.stumbled",
  wasBroken: "broadcasts.failed.was_broken",
} as const;

/** Whether people's turning away was the reason, and in which way. */
export const verdictOf = (reason: string | null): Verdict | null =>
  reason === standstill.blocked ? "blocked" : reason === standstill.opted_out ? "opted_out" : null;
