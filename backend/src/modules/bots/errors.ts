import { AppError, conflict, invalid, notFound } from "@backend/kit/errors.ts";
import type { LetterProblem } from "@backend/modules/messaging/index.ts";

export const botNotFound = () => notFound("bots.bot_not_found");
export const tokenMalformed = () => invalid("bots.token_malformed");
/** Telegram does not know the token. */
export const tokenUnknown = () => invalid("bots.token_unknown");
/** The token that is kept for the bot is no longer good. */
export const tokenRefused = () => conflict("bots.token_refused");
export const telegramAway = () => new AppError("unavailable", "bots.telegram_away");
export const tooManyBots = (max: number) => conflict("bots.too_many", { max });
export const connectedElsewhere = (username: string) => conflict("bots.connected_elsewhere", { bot: username });
/** The bot of BOT_TOKEN: the environment decides about it. */
export const platformStays = () => conflict("bots.platform_stays");
export const otherBot = (given: string, wanted: string) => conflict("bots.other_bot", { given, wanted });
export const cannotManageBots = () => conflict("bots.cannot_manage");
export const commandBlank = (command: string) => invalid("bots.command_blank", { command });
/** The same sentences as for a letter; `place` says where, for programs. */
export const welcomeUnsound = ({ code, params, place }: Omit<LetterProblem, "language">) =>
  invalid(code, { ...params, place });
export const welcomeFileGone = () => invalid("letters.file_gone");
export const noChatWithYou = (username: string) => conflict("bots.press_start_first", { bot: username });
