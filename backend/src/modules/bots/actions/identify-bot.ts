import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { tokenIn } from "../domain/token.ts";
import { telegramAway, tokenMalformed, tokenUnknown } from "../errors.ts";
import type { BotIdentity, BotsPorts } from "../ports.ts";

/** Telegram no longer knows the token: 401, or 404 for one that has not the form of a token. */
export const isTokenRefused = (error: unknown): boolean =>
  error instanceof IntegrationError && (error.options.status === 401 || error.options.status === 404);

/** It is good no more. A 404 may also come from a wrong TELEGRAM_API_ROOT, and must not put every bot out of action. */
export const isTokenRevoked = (error: unknown): boolean =>
  error instanceof IntegrationError && error.options.status === 401;

/** A token that Telegram has said the bot of. */
export interface IdentifiedBot {
  token: string;
  identity: BotIdentity;
}

/** Whose token a member gave us, asked of Telegram: no transaction may be open. Throws bots.token_malformed, token_unknown, telegram_away. */
export async function identifyBot(
  ctx: ActionContext<Pick<BotsPorts, "botAccounts">>,
  given: string,
): Promise<IdentifiedBot> {
  const token = tokenIn(given);
  if (token === null) throw tokenMalformed();
  try {
    return { token, identity: await ctx.ports.botAccounts.getMe(token) };
  } catch (error) {
    if (isTokenRefused(error)) throw tokenUnknown();
    if (!(error instanceof IntegrationError)) throw error;
    ctx.log.warn({ err: error }, "a token could not be checked");
    throw telegramAway();
  }
}
