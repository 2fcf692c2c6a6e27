import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Static } from "elysia";
import type { ChatContract } from "../contracts.ts";
import { chatNotFound, labelInvalid } from "../errors.ts";
import { presentChat } from "../present.ts";
import { findOwnChat, setLabel } from "../queries.ts";

/** Gives the chat a name of the workspace's own; null goes back to Telegram's. Throws messaging.chat_not_found, .label_invalid. */
export function renameChat(
  ctx: ActionContext,
  input: { chatId: string; label: string | null },
): Promise<Static<typeof ChatContract>> {
  const label = input.label?.replace(/\s+/g, " ").trim() ?? null;
  if (label === "" || (label !== null && label.length > 80)) throw labelInvalid();
  return inTransaction(ctx, async (tx) => {
    const chat = await findOwnChat(tx.db, ctx.actor.workspaceId, input.chatId);
    if (!chat) throw chatNotFound();
    await setLabel(tx.db, chat.id, label);
    await recordAudit(tx, {
      action: "chat.renamed",
      subjectKind: "chat",
      subjectId: chat.id,
      before: { hasOwnName: chat.label !== null },
      after: { hasOwnName: label !== null },
    });
    await notifyLive(tx.db, { workspaceId: ctx.actor.workspaceId, topic: "chats", id: chat.id });
    return presentChat({ ...chat, label }, ctx.actor.locale);
  });
}
