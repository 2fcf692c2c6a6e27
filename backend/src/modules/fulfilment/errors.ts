/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/fulfilment.ts`. */
import { AppError, conflict, invalid, notFound } from "@backend/kit/errors.ts";
import type { AddressProblem } from "./domain/address.ts";
import type { Refused } from "./domain/task.ts";

export const taskNotFound = () => notFound("fulfilment.task_not_found");

/** `example` is what an address of a post looks like, there where the platform is known. */
export const addressRefused = (problem: AddressProblem, example: string) =>
  invalid(`fulfilment.address_${problem}`, { example });

/** The same post is being worked on: `taskId` leads to it. */
export const alreadyOpen = (taskId: string) => conflict("fulfilment.already_open", { taskId });
/** The same post was done before; asked for once more it is added. */
export const doneBefore = (taskId: string) => conflict("fulfilment.done_before", { taskId });
export const noPackage = () => conflict("fulfilment.no_package");
export const dayIsFull = (limit: number) => conflict("fulfilment.day_is_full", { limit });
/** `time` in the reader's zone, `at` for programs. */
export const hourIsFull = (limit: number, slot: { time: string; at: Date; waitMs: number }) =>
  new AppError(
    "too_many",
    "fulfilment.hour_is_full",
    { limit, time: slot.time, at: slot.at.toISOString() },
    { retryAfterMs: slot.waitMs },
  );
/** Too late for a customer: a worker has it. */
export const alreadyTaken = () => conflict("fulfilment.already_taken");

/** What a worker says of a task that is his no more. */
export const answerRefused = (why: Refused) => conflict(`fulfilment.answer_${why}`);
export const responseUnstorable = () => invalid("fulfilment.response_unstorable");

export const cannotRetry = () => conflict("fulfilment.cannot_retry");
export const cannotCancel = () => conflict("fulfilment.cannot_cancel");
export const cannotRelease = () => conflict("fulfilment.cannot_release");
export const nothingIsPushed = () => notFound("fulfilment.nothing_is_pushed");
