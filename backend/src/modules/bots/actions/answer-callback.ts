import type { ActionContext } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import type { BotsPorts } from "../ports.ts";
import { findBotById } from "../queries.ts";

/** Ends the waiting circle on a pressed button. Too late (400) is too late; only what may still succeed is thrown. */
export async function answerCallback(
  ctx: ActionContext<BotsPorts>,
  input: { botId: string; queryId: string; text?: string },
): Promise<void> {
  const bot = await findBotById(ctx.db, input.botId);
  if (bot?.state !== "active") return;
  try {
    await ctx.ports.botAccounts.answerCallback(
      ctx.ports.vault.open(bot.tokenSealed),
      input.queryId,
      input.text?.slice(0, 200),
    );
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.options.retryable) throw error;
    ctx.log.info({ botId: bot.id, status: error.options.status }, "a pressed button could not be answered");
  }
}
