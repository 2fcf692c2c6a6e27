import { notFound } from "@backend/kit/errors.ts";

export const botNotFound = () => notFound("bots.bot_not_found");
