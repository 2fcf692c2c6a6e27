/** managed_bot: somebody made a bot for ours to manage, or its token was changed. */
import { enqueue } from "@backend/kit/jobs.ts";
import { connectManagedBotJob } from "@backend/modules/bots/index.ts";
import { Composer } from "grammy";
import type { BotContext } from "../context.ts";

export const managedBotsFeature = new Composer<BotContext>();

/** Anybody may make a bot under ours, by a link or a button; it is connected only for those who may connect bots here. */
managedBotsFeature.on("managed_bot", async (ctx) => {
  const { bot, action } = ctx.edge;
  const made = ctx.managedBot.bot;
  const actor = await ctx.edge.sender(ctx);
  if (!actor?.member || !actor.permissions.has("bots.manage")) return ctx.edge.ignore("made by nobody of the team");
  await enqueue(action.db, connectManagedBotJob, {
    workspaceId: bot.workspaceId,
    botId: bot.id,
    telegramId: made.id,
    personId: actor.personId,
  });
  ctx.edge.done({ managedBot: made.id });
});
