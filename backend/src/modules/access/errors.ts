/** Refusals of this room. The code is also the key of the sentence in `i18n/<lang>/access.ts`. */
import { AppError, conflict, invalid, notFound } from "@backend/kit/errors.ts";
import type { GateProblem } from "./domain/gate.ts";

export const productNotFound = () => notFound("access.product_not_found");
export const chatNotFound = () => notFound("access.chat_not_found");
export const personNotFound = () => notFound("access.person_not_found");
/** Of one's own workspace, but nothing that one has opens it. */
export const nothingOpens = () => conflict("access.nothing_opens");
export const privateChat = () => invalid("access.private_chat");
/** The kind of product opens nothing: a top-up is money. */
export const opensNothing = () => invalid("access.opens_nothing");
export const tooManyChats = (limit: number) => conflict("access.too_many", { count: limit });
/** The same chat is opened through another bot already. */
export const otherBot = (bot: string) => conflict("access.other_bot", { bot });
export const gateShut = (problem: GateProblem, bot: string) => conflict(`access.problem.${problem}`, { bot });

/** For a customer: it is not his fault, and the team sees it. */
export const teamTold = () => conflict("access.team_told");
export const notNow = (cause: unknown, retryAfterMs: number | undefined) =>
  new AppError("unavailable", "access.not_now", {}, { cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
