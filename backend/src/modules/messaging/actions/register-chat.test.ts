import { afterAll, beforeAll, expect, test } from "bun:test";
import { persons } from "@db/schema/identity.ts";
import { chats, deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, rolledBack, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import {
  findChatOfBot,
  messagingPersonData,
  queueDelivery,
  recordChatFacts,
  recordMigration,
  recordTopic,
  registerChat,
} from "../index.ts";
import { listTopics } from "../queries.ts";
import { makeBot, makeGroup } from "../testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const text = (html: string) => ({ kind: "text", html }) as const;

test("a migrated group keeps its id with us and gets the new address", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const chat = await makeGroup(db, bot, -501, "group");
    expect(await recordMigration(db, bot.botId, { from: -501, to: -100501 })).toEqual({ chatId: chat.id });
    expect(await findChatOfBot(db, bot.botId, -100501)).toMatchObject({ id: chat.id, kind: "supergroup" });
    // Both service messages of a migration may come, in any order.
    expect(await recordMigration(db, bot.botId, { from: -501, to: -100501 })).toEqual({ chatId: chat.id });
  }));

test("when the supergroup was seen first, what was said there moves to the chat that others point at", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const chat = await makeGroup(db, bot, -502, "group");
    const newer = await makeGroup(db, bot, -100502, "supergroup");
    await recordTopic(db, bot.botId, -100502, { threadId: 7, name: "Deposits" });
    await queueDelivery(db, { workspaceId: bot.workspaceId, chatId: newer.id, lane: "alert", content: text("x") });
    await recordMigration(db, bot.botId, { from: -502, to: -100502 });
    expect(await findChatOfBot(db, bot.botId, -100502)).toMatchObject({ id: chat.id, state: "active" });
    expect(await findChatOfBot(db, bot.botId, -502)).toMatchObject({ id: newer.id, state: "deleted" });
    expect((await listTopics(db, chat.id)).map(({ name }) => name)).toEqual(["Deposits"]);
    const moved = await db.select().from(deliveries).where(eq(deliveries.chatId, chat.id));
    expect(moved.map(({ state }) => state)).toEqual(["queued"]);
  }));

test("names follow Telegram, the workspace's own name stays, unknown chats stay unknown", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const chat = await makeGroup(db, bot, -503);
    await db.update(chats).set({ label: "Ours" }).where(eq(chats.id, chat.id));
    const facts = { kind: "supergroup", title: "Renamed", username: "renamed", isForum: true } as const;
    await recordChatFacts(db, bot.botId, { telegramChatId: -503, ...facts });
    await recordChatFacts(db, bot.botId, { telegramChatId: -999, ...facts });
    expect(await findChatOfBot(db, bot.botId, -503)).toMatchObject({ title: "Renamed", label: "Ours", isForum: true });
    expect(await findChatOfBot(db, bot.botId, -999)).toBeNull();
  }));

test("a person's data are exported whole and erased without a trace of name, address or text", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const [person] = await db
      .insert(persons)
      .values({ workspaceId: bot.workspaceId, telegramId: 7_700_001 })
      .returning();
    const chat = await registerChat(db, {
      ...bot,
      telegramChatId: 7_700_001,
      kind: "private",
      title: "Olena K",
      username: "olena",
      personId: person?.id,
    });
    await queueDelivery(db, { workspaceId: bot.workspaceId, chatId: chat.id, lane: "alert", content: text("secret") });
    const who = { workspaceId: bot.workspaceId, personId: person?.id ?? "", telegramId: 7_700_001 };
    const exported = JSON.stringify(await messagingPersonData.exportPerson(db, who));
    for (const fact of ["Olena K", "olena", "secret"]) expect(exported).toContain(fact);
    await messagingPersonData.erasePerson(db, who);
    const left = JSON.stringify([
      await db.select().from(chats).where(eq(chats.id, chat.id)),
      (await db.select().from(deliveries).where(eq(deliveries.chatId, chat.id))).map((row) => ({
        ...row,
        id: String(row.id),
      })),
    ]);
    for (const fact of ["Olena", "olena", "secret", "7700001"]) expect(left).not.toContain(fact);
    expect(await findChatOfBot(db, bot.botId, 7_700_001)).toBeNull();
  }));
