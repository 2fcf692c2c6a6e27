/** Telegram's chats and names → what the messaging room records. */
import type { MemberActor } from "@backend/kit/context.ts";
import { cleanName } from "@backend/modules/identity/index.ts";
import { type ChatFacts, type ChatRow, findChatOfBot, registerChat } from "@backend/modules/messaging/index.ts";
import type { Chat } from "grammy/types";
import type { Edge } from "./context.ts";

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

/** The private chat of whoever writes to the bot. Writing proves that the bot may write back. */
export const registerPrivateChat = (edge: Edge, chat: Chat, actor: MemberActor): Promise<ChatRow> =>
  registerChat(edge.action.db, {
    ...chatFacts(chat),
    workspaceId: edge.bot.workspaceId,
    botId: edge.bot.id,
    personId: actor.personId,
    locale: actor.locale,
  });

/** The chat as it is known, or made known: a bot may have been in a group for long before we heard of it. */
export async function knownChat(edge: Edge, chat: Chat, addedBy: string | null = null): Promise<ChatRow> {
  const { db } = edge.action;
  return (
    (await findChatOfBot(db, edge.bot.id, chat.id)) ??
    registerChat(db, { ...chatFacts(chat), workspaceId: edge.bot.workspaceId, botId: edge.bot.id, addedBy })
  );
}
