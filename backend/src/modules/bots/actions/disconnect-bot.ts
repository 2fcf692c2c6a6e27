import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { botNotFound, platformStays } from "../errors.ts";
import type { BotsPorts } from "../ports.ts";
import { lockOwnBot } from "../queries.ts";
import { letGo } from "./let-go.ts";

/** Gives a bot up: what waits for it is cancelled, its token erased, and it may be connected anywhere. Throws bots.bot_not_found, platform_stays. */
export function disconnectBot(outer: ActionContext<BotsPorts>, input: { botId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const bot = await lockOwnBot(ctx.db, ctx.actor.workspaceId, input.botId);
    if (!bot) throw botNotFound();
    if (bot.isPlatform) throw platformStays();
    await letGo(ctx, bot, "disconnected");
    return { ok: true };
  });
}
