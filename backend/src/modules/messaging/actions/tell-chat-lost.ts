import { localeOf, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import type { ChatState } from "@db/schema/messaging.ts";
import { plainHtml } from "../domain/plain-html.ts";
import { chatFailure } from "../errors.ts";
import { chatName } from "../present.ts";
import { findOwnChat, findPrivateChat } from "../queries.ts";
import { queueDelivery } from "./queue-delivery.ts";

/**
 * Tells the person who added the bot to a chat that it cannot write there any more, in their private chat with the bot. Once
 * per change: the key holds the time at which the chat was lost.
 */
export async function tellChatLost(ctx: ActionContext, input: { workspaceId: string; chatId: string }): Promise<void> {
  const chat = await findOwnChat(ctx.db, input.workspaceId, input.chatId);
  if (!chat || chat.state === "active" || chat.state === "removed" || !chat.addedBy) return;
  const own = await findPrivateChat(ctx.db, input.workspaceId, chat.addedBy, chat.botId);
  if (!own) return;
  const t = translator(localeOf(own.locale));
  const reason = t.find(chatFailure(chat.state as Exclude<ChatState, "active">)) ?? "";
  await queueDelivery(ctx.db, {
    workspaceId: input.workspaceId,
    chatId: own.id,
    lane: "service",
    content: { kind: "text", html: plainHtml(t("messaging.chat_lost.text", { chat: chatName(chat), reason })) },
    subject: { kind: "chat", id: chat.id },
    dedupeKey: `chat-lost:${chat.id}:${chat.stateSince.toISOString()}`,
  });
}
