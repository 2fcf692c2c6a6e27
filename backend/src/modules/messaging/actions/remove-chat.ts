import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { chatNotFound } from "../errors.ts";
import { findOwnChat, setChatState } from "../queries.ts";
import { loseChat } from "./lose-chat.ts";

/**
 * Takes a chat out of the workspace: nothing is sent there any more, and what waits is settled. It comes back when somebody
 * presses Start there or adds the bot again. Throws messaging.chat_not_found.
 */
export function removeChat(ctx: ActionContext, input: { chatId: string }): Promise<{ count: number }> {
  return inTransaction(ctx, async (tx) => {
    const chat = await findOwnChat(tx.db, ctx.actor.workspaceId, input.chatId);
    if (!chat) throw chatNotFound();
    if (chat.state === "removed") return { count: 0 };
    await loseChat(tx.db, chat.id, "removed");
    await setChatState(tx.db, chat.id, "removed");
    await recordAudit(tx, { action: "chat.removed", subjectKind: "chat", subjectId: chat.id });
    await notifyLive(tx.db, { workspaceId: ctx.actor.workspaceId, topic: "chats", id: chat.id });
    return { count: 1 };
  });
}
