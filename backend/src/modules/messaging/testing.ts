/** Workspaces, bots and chats for tests of this room. */
import type { Db } from "@db/client.ts";
import { bots } from "@db/schema/bots.ts";
import { workspaces } from "@db/schema/identity.ts";
import { registerChat } from "./actions/register-chat.ts";
import type { ChatRow } from "./queries.ts";

let nextTelegramId = 900_000_000;

export interface TestBot {
  workspaceId: string;
  botId: string;
  telegramId: number;
  token: string;
}

export async function makeBot(db: Db, given: { workspaceId?: string } = {}): Promise<TestBot> {
  const workspaceId =
    given.workspaceId ??
    (await db.insert(workspaces).values({ name: "Test" }).returning({ id: workspaces.id }))[0]?.id ??
    "";
  const telegramId = nextTelegramId++;
  const [bot] = await db
    .insert(bots)
    .values({
      workspaceId,
      telegramId,
      username: `test_${telegramId}_bot`,
      name: "Test",
      tokenSealed: "unused",
      webhookSecretSealed: "unused",
    })
    .returning({ id: bots.id });
  return { workspaceId, botId: bot?.id ?? "", telegramId, token: `${telegramId}:TEST-not-a-real-token-${telegramId}` };
}

export const makePrivateChat = (db: Db, bot: TestBot, telegramChatId: number): Promise<ChatRow> =>
  registerChat(db, { ...bot, telegramChatId, kind: "private", title: `Person ${telegramChatId}` });

export const makeGroup = (
  db: Db,
  bot: TestBot,
  telegramChatId: number,
  kind: "group" | "supergroup" | "channel" = "supergroup",
): Promise<ChatRow> => registerChat(db, { ...bot, telegramChatId, kind, title: `Group ${telegramChatId}` });
