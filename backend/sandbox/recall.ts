/** The stand-in forgets its chats when it stops; the product does not. This puts what was sent back into them, as history. */

import type { AppLinks } from "@backend/integrations/telegram/requests.ts";
import { toRequest } from "@backend/integrations/telegram/requests.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { bots, chats, deliveries } from "@db/schema/index.ts";
import { and, desc, eq, inArray, ne, or } from "drizzle-orm";
import { parseHtml } from "./telegram/html.ts";
import type { TelegramStandIn, TgMessage } from "./telegram/index.ts";
import { sandboxPeople } from "./world.ts";

const recalled = 60;
/** Whose private chats can be looked into: not those of the demo's audience, to whom most of what is sent goes. */
const seen = or(
  ne(chats.kind, "private"),
  inArray(
    chats.telegramChatId,
    Object.values(sandboxPeople).map(({ id }) => id),
  ),
);

/** Shows the last messages of the simulator's chats again, at the times at which they were sent. No bot is told and no limit is touched. */
export async function recallMessages(db: Db, telegram: TelegramStandIn, links: AppLinks): Promise<void> {
  const rows = await db
    .select({
      content: deliveries.content,
      threadId: deliveries.threadId,
      doneAt: deliveries.doneAt,
      chat: chats,
      by: bots,
    })
    .from(deliveries)
    .innerJoin(chats, eq(chats.id, deliveries.chatId))
    .innerJoin(bots, eq(bots.id, deliveries.botId))
    .where(and(eq(deliveries.state, "sent"), eq(deliveries.act, "send"), seen))
    .orderBy(desc(deliveries.doneAt))
    .limit(recalled);
  for (const { content, threadId, doneAt, chat, by } of rows.reverse()) {
    const said = content as Content;
    const bot = telegram.world.bots.get(by.telegramId);
    if (!bot) continue;
    const conversation =
      chat.kind === "private"
        ? telegram.world.privateChat(bot.user.id, chat.telegramChatId)
        : telegram.world.groups.get(chat.telegramChatId);
    if (!conversation || said.kind !== "text") continue;
    const { body } = toRequest(
      {
        workspaceId: chat.workspaceId,
        bot: { id: chat.botId, token: "", username: by.username },
        chat,
        threadId,
        content: said,
        isPaid: false,
        change: null,
        asPlainText: false,
      },
      links,
    );
    const { text, entities } = parseHtml(said.html);
    const draft: Partial<TgMessage> = {
      text,
      entities,
      ...(body.reply_markup ? { reply_markup: body.reply_markup as TgMessage["reply_markup"] } : {}),
      ...(threadId === null ? {} : { message_thread_id: threadId, is_topic_message: true }),
      date: Math.floor((doneAt?.getTime() ?? Date.now()) / 1000),
    };
    telegram.world.postFromBot(conversation, draft, bot, false);
  }
}
