/** chat_join_request: somebody asks to join a closed chat. */
import { askToJoin, isDoorKept } from "@backend/modules/access/index.ts";
import { findChatOfBot } from "@backend/modules/messaging/index.ts";
import { Composer } from "grammy";
import type { BotContext } from "../context.ts";

export const joiningFeature = new Composer<BotContext>();

joiningFeature.on("chat_join_request", async (ctx) => {
  const { chat, from, user_chat_id: userChatId, invite_link: link, date } = ctx.chatJoinRequest;
  const { action, bot } = ctx.edge;
  const { workspaceId, id: botId } = bot;
  const known = await findChatOfBot(action.db, botId, chat.id);
  // Another bot of the workspace may be asked too, and administrators let in whom they like elsewhere.
  if (!known || !(await isDoorKept(action, known.id))) return ctx.edge.ignore("nothing we sell opens this chat");
  const actor = await ctx.edge.sender(ctx);
  await askToJoin(action, {
    workspaceId,
    botId,
    chatId: known.id,
    personId: actor?.personId ?? null,
    telegramId: from.id,
    userChatId,
    link: link ? { name: link.name, isByBot: link.creator.id === bot.telegramId } : null,
    at: new Date(date * 1000),
  });
  ctx.edge.done({ chatId: known.id, asked: from.id });
});
