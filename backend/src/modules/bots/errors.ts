import { AppError, notFound } from "@backend/kit/errors.ts";

export const botNotFound = () => notFound("bots.bot_not_found");
export const tokenRefused = (cause: unknown) => new AppError("conflict", "bots.token_refused", {}, { cause });
export const telegramAway = (cause: unknown) => new AppError("unavailable", "bots.telegram_away", {}, { cause });
