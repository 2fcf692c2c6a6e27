import { localeOf, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { holdersOf } from "@backend/modules/identity/index.ts";
import { findPrivateChatsOf, plainHtml, queueDelivery } from "@backend/modules/messaging/index.ts";
import { findBotById } from "../queries.ts";

/**
 * Tells whoever answers for a workspace that its bot was connected elsewhere, through another bot of theirs if they have one: a
 * token in the wrong hands is found out by this.
 */
export async function tellBotTaken(ctx: ActionContext, input: { workspaceId: string; botId: string }): Promise<void> {
  const bot = await findBotById(ctx.db, input.botId);
  if (!bot?.releasedAt) return;
  const told = await holdersOf(ctx.db, input.workspaceId, "bots.manage");
  const chats = await findPrivateChatsOf(ctx.db, input.workspaceId, told);
  for (const chat of chats.values()) {
    const text = translator(localeOf(chat.locale))("bots.taken_over.text", { bot: bot.username });
    await queueDelivery(ctx.db, {
      workspaceId: input.workspaceId,
      chatId: chat.id,
      lane: "service",
      content: { kind: "text", html: plainHtml(text) },
      subject: { kind: "bot", id: bot.id },
      dedupeKey: `bot-taken:${bot.id}:${bot.releasedAt.toISOString()}:${chat.id}`,
    });
  }
}
