import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { plainHtml } from "../domain/plain-html.ts";
import { chatNotFound, chatNotWritable } from "../errors.ts";
import { chatName } from "../present.ts";
import { findOwnChat } from "../queries.ts";
import { queueDelivery } from "./queue-delivery.ts";

/**
 * Queues a message that shows where alerts will arrive. Throws messaging.chat_not_found, messaging.chat_not_writable.
 * The caller follows it under the delivery's id.
 */
export function sendTestMessage(
  ctx: ActionContext,
  input: { chatId: string; threadId?: number },
): Promise<{ deliveryId: string }> {
  return inTransaction(ctx, async (tx) => {
    const chat = await findOwnChat(tx.db, ctx.actor.workspaceId, input.chatId);
    if (!chat) throw chatNotFound();
    if (chat.state !== "active") throw chatNotWritable();
    const html = plainHtml(translator(ctx.actor.locale)("messaging.test.text", { chat: chatName(chat) }));
    const { id } = await queueDelivery(tx.db, {
      workspaceId: ctx.actor.workspaceId,
      chatId: chat.id,
      threadId: input.threadId ?? null,
      lane: "service",
      content: { kind: "text", html },
      subject: { kind: "test", id: chat.id },
    });
    return { deliveryId: id ?? "" };
  });
}
