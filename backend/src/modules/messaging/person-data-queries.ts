/** SQL for one person's data in this room. */
import type { Db } from "@db/client.ts";
import { chats, deliveries } from "@db/schema/messaging.ts";
import { and, desc, eq, inArray, or, sql } from "drizzle-orm";
import { settleWaiting } from "./queries.ts";

interface PersonKeys {
  workspaceId: string;
  personId: string;
  telegramId: number | null;
}

const privateChatsOf = (person: PersonKeys) =>
  and(
    eq(chats.workspaceId, person.workspaceId),
    eq(chats.kind, "private"),
    person.telegramId === null
      ? eq(chats.personId, person.personId)
      : or(eq(chats.personId, person.personId), eq(chats.telegramChatId, person.telegramId)),
  );

/** The person's private chats, and up to 10000 messages written there, newest first. */
export async function exportPrivateChats(db: Db, person: PersonKeys): Promise<unknown> {
  const own = await db.select().from(chats).where(privateChatsOf(person));
  if (own.length === 0) return { chats: [], messages: [] };
  const messages = await db
    .select({
      chatId: deliveries.chatId,
      content: deliveries.content,
      digest: deliveries.digest,
      state: deliveries.state,
      createdAt: deliveries.createdAt,
      doneAt: deliveries.doneAt,
    })
    .from(deliveries)
    .where(
      inArray(
        deliveries.chatId,
        own.map(({ id }) => id),
      ),
    )
    .orderBy(desc(deliveries.id))
    .limit(10_000);
  return {
    chats: own.map(({ id, botId, telegramChatId, title, username, locale, state, createdAt }) => ({
      id,
      botId,
      telegramChatId,
      title,
      username,
      locale,
      state,
      createdAt: createdAt.toISOString(),
    })),
    messages: messages.map((message) => ({
      ...message,
      createdAt: message.createdAt.toISOString(),
      doneAt: message.doneAt?.toISOString() ?? null,
    })),
  };
}

/** Nothing more is sent there; names, address and texts go, the rows stay so that counts stay true. */
export async function erasePrivateChats(db: Db, person: PersonKeys): Promise<void> {
  const own = await db.select({ id: chats.id }).from(chats).where(privateChatsOf(person));
  const emptied = JSON.stringify({ kind: "text", html: "—" });
  for (const { id } of own) {
    await settleWaiting(db, id, "messaging.failed.chat_removed");
    await db.execute(sql`
      update deliveries set content = ${emptied}::jsonb, fold = null, error_text = null,
        digest = case when digest is null then null else ${emptied}::jsonb end
      where chat_id = ${id}`);
    // An address that no chat has (Telegram's ids of private chats are positive), different for every erased person.
    await db.execute(sql`
      update chats set title = '—', label = null, username = null, locale = null, person_id = null, state = 'removed',
        state_since = now(), telegram_chat_id = -(1 + floor(random() * 4000000000000000))::bigint
      where id = ${id}`);
  }
  await db
    .update(chats)
    .set({ addedBy: null })
    .where(and(eq(chats.workspaceId, person.workspaceId), eq(chats.addedBy, person.personId)));
}
