/** A workspace with subscribers, for tests of this room. */
import { makeWorkspace, nextTelegramId, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { registerChat } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { subscribers } from "@db/schema/audience.ts";
import { bots } from "@db/schema/bots.ts";

/** Another bot of the same workspace. */
export async function makeBot(db: Db, at: TestWorkspace): Promise<TestWorkspace> {
  const telegramId = nextTelegramId();
  const [bot] = await db
    .insert(bots)
    .values({
      workspaceId: at.workspaceId,
      telegramId,
      username: `b_${telegramId}_bot`,
      name: "B",
      tokenSealed: "x",
      webhookSecretSealed: "x",
    })
    .returning();
  return { ...at, botId: bot?.id ?? "" };
}

export async function makeSubscriber(
  db: Db,
  at: TestWorkspace,
  over: Partial<typeof subscribers.$inferInsert> = {},
): Promise<{ id: number; telegramId: number; chatId: string }> {
  const telegramId = over.telegramId ?? nextTelegramId();
  const chat = await registerChat(db, {
    workspaceId: at.workspaceId,
    botId: at.botId,
    telegramChatId: telegramId,
    kind: "private",
    title: over.firstName ?? "Somebody",
    personId: over.personId,
  });
  const [row] = await db
    .insert(subscribers)
    .values({
      workspaceId: at.workspaceId,
      botId: at.botId,
      chatId: chat.id,
      telegramId,
      origin: "start",
      subscribedAt: new Date(),
      ...over,
    })
    .returning();
  return { id: Number(row?.id), telegramId, chatId: chat.id };
}

export { makeWorkspace };
