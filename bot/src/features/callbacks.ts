/** Pressed buttons. None of ours calls back yet, but one of an older message must not keep turning its circle. */
import { enqueue } from "@backend/kit/jobs.ts";
import { answerCallbackJob } from "@backend/modules/bots/index.ts";
import { Composer } from "grammy";
import type { BotContext } from "../context.ts";

export const callbacksFeature = new Composer<BotContext>();

callbacksFeature.on("callback_query", async (ctx) => {
  const { bot, action } = ctx.edge;
  if (!(await ctx.edge.sender(ctx))) return ctx.edge.ignore("blocked, or not a person");
  await enqueue(action.db, answerCallbackJob, {
    workspaceId: bot.workspaceId,
    botId: bot.id,
    queryId: ctx.callbackQuery.id,
  });
  ctx.edge.done({ answered: true });
});
