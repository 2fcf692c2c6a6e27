import type { ActionContext } from "@backend/kit/context.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import type { Static } from "elysia";
import type { ChatContract, ChatListQuery, TopicListContract } from "../contracts.ts";
import { chatNotFound } from "../errors.ts";
import { presentChat, presentTopic } from "../present.ts";
import { findOwnChat, listOwnChats, listTopics } from "../queries.ts";

type Chat = Static<typeof ChatContract>;

/** The workspace's chats, newest first. */
export async function listChats(ctx: ActionContext, input: Static<typeof ChatListQuery>): Promise<Page<Chat>> {
  const { cursor, limit = defaultLimit, ...filter } = input;
  const rows = await listOwnChats(ctx.db, ctx.actor.workspaceId, filter, { cursor, limit });
  return toPage(
    rows,
    limit,
    (row) => [row.createdAt.toISOString(), row.id],
    (row) => presentChat(row, ctx.actor.locale),
  );
}

/** Throws messaging.chat_not_found. */
export async function readChat(ctx: ActionContext, input: { chatId: string }): Promise<Chat> {
  const chat = await findOwnChat(ctx.db, ctx.actor.workspaceId, input.chatId);
  if (!chat) throw chatNotFound();
  return presentChat(chat, ctx.actor.locale);
}

/** The forum topics that were seen; the Bot API cannot list them. Throws messaging.chat_not_found. */
export async function listChatTopics(
  ctx: ActionContext,
  input: { chatId: string },
): Promise<Static<typeof TopicListContract>> {
  const chat = await findOwnChat(ctx.db, ctx.actor.workspaceId, input.chatId);
  if (!chat) throw chatNotFound();
  return { items: (await listTopics(ctx.db, chat.id)).map(presentTopic) };
}
