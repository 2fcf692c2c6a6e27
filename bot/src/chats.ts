/** Telegram's chats and names → what the messaging room records. */
import type { MemberActor } from "@backend/kit/context.ts";
import { recordSubscriber } from "@backend/modules/audience/index.ts";
import { cleanName, toTelegramUser } from "@backend/modules/identity/index.ts";
import { type ChatFacts, type ChatRow, findChatOfBot, registerChat } from "@backend/modules/messaging/index.ts";
import type { Chat } from "grammy/types";
import type { BotContext, Edge } from "./context.ts";

/** Titles of groups may hold 128 characters (Bot API, setChatTitle). */
const maxTitleLength = 128;

export function chatFacts(chat: Chat): ChatFacts {
  const name = chat.type === "private" ? [chat.first_name, chat.last_name].filter(Boolean).join(" ") : chat.title;
  return {
    telegramChatId: chat.id,
    kind: chat.type,
    title: cleanName(name, maxTitleLength) || String(chat.id),
    username: "username" in chat ? (chat.username ?? null) : null,
    isForum: chat.type === "supergroup" && chat.is_forum === true,
  };
}

/** The private chat of whoever writes to the bot, and its subscriber. Writing proves that the bot may write back. */
export async function registerPrivateChat(
  ctx: BotContext,
  privateChat: Chat,
  actor: MemberActor,
  start?: { source: string | null },
): Promise<ChatRow> {
  const { action, bot } = ctx.edge;
  const own = { workspaceId: bot.workspaceId, botId: bot.id, personId: actor.personId };
  const chat = await registerChat(action.db, { ...chatFacts(privateChat), ...own, locale: actor.locale });
  const user = toTelegramUser(ctx.from);
  const [first] = ctx.message?.entities ?? [];
  const isCommand = first?.type === "bot_command" && first.offset === 0;
  if (user)
    await recordSubscriber(action, {
      ...own,
      chatId: chat.id,
      user,
      contact: start ? { kind: "start", source: start.source } : { kind: "message", isCommand },
    });
  return chat;
}

/** The chat as it is known, or made known: a bot may have been in a group for long before we heard of it. */
export async function knownChat(edge: Edge, chat: Chat, addedBy: string | null = null): Promise<ChatRow> {
  const { db } = edge.action;
  return (
    (await findChatOfBot(db, edge.bot.id, chat.id)) ??
    registerChat(db, { ...chatFacts(chat), workspaceId: edge.bot.workspaceId, botId: edge.bot.id, addedBy })
  );
}
