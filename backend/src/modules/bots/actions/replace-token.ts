import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import type { BotContract } from "../contracts.ts";
import { botNotFound, otherBot, platformStays } from "../errors.ts";
import type { BotsPorts } from "../ports.ts";
import { findOwnBot, lockOwnBot } from "../queries.ts";
import { giveToken } from "./give-token.ts";
import { identifyBot } from "./identify-bot.ts";
import { readBot } from "./list-bots.ts";

/**
 * Takes a new token of the same bot, and brings a bot back that Telegram had refused. One that was switched off stays off. Throws
 * bots.bot_not_found, other_bot, platform_stays (the environment would win at the next start), token_malformed, token_unknown,
 * telegram_away.
 */
export async function replaceToken(
  outer: ActionContext<BotsPorts>,
  input: { botId: string; token: string },
): Promise<BotContract> {
  const known = await findOwnBot(outer.db, outer.actor.workspaceId, input.botId);
  if (!known) throw botNotFound();
  if (known.isPlatform) throw platformStays();
  const { token, identity } = await identifyBot(outer, input.token);
  if (identity.telegramId !== known.telegramId) throw otherBot(identity.username, known.username);
  return inTransaction(outer, async (ctx) => {
    const bot = await lockOwnBot(ctx.db, ctx.actor.workspaceId, known.id);
    if (!bot) throw botNotFound();
    await giveToken(ctx, bot, { token, identity, state: bot.state === "inactive" ? "inactive" : "active" });
    return readBot(ctx, { botId: bot.id });
  });
}
