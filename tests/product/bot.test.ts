/** The bot in the whole product: what people do in Telegram goes in by polling and comes back as messages. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import type { TelegramStandIn } from "@sandbox/telegram/index.ts";
import { sql } from "drizzle-orm";
import { botId, makeTelegram, ownerId, personId, type RunningProduct, startProduct, until } from "./product.ts";

let database: TestDatabase;
let telegram: TelegramStandIn;
let product: RunningProduct;

const start = (env: Record<string, string> = {}) =>
  startProduct({ databaseUrl: database.url, telegram, env: { PUBLIC_URL: "https://switchboard.example", ...env } });

beforeAll(async () => {
  database = await createTestDatabase();
  telegram = await makeTelegram(3);
  product = await start();
}, 60_000);
afterAll(async () => {
  await product.kill("SIGTERM");
  await telegram.stop();
  await database.drop();
}, 30_000);

const said = (chatId: number) => telegram.acceptedMessages(botId).filter((message) => message.chatId === chatId);
const answered = (chatId: number, count = 1) =>
  until(`an answer in ${chatId}`, () => Promise.resolve(said(chatId).length >= count && said(chatId)));

describe("the bot", () => {
  test("greets whoever presses Start", async () => {
    telegram.people.start(botId, personId(0));
    const [greeting] = await answered(personId(0));
    expect(greeting?.text).toContain("Hello, Person 0!");
  });

  test("knows the owner of ADMIN_TELEGRAM_IDS and tells him the numbers of today", async () => {
    telegram.people.userSends(botId, ownerId, "/stats");
    const [numbers] = await answered(ownerId);
    expect(numbers?.text).toContain("No conversions yet.");
  });

  test("added to a group says what to do next, once", async () => {
    const group = telegram.people.addChat({ type: "supergroup", title: "Team", ownerId });
    telegram.people.addBotToChat(group.id, botId, ownerId);
    const [greeting] = await answered(group.id);
    expect(greeting?.text).toContain("choose a connection");
    telegram.people.promoteBot(group.id, botId, ownerId);
    await Bun.sleep(500);
    expect(said(group.id)).toHaveLength(1);
  });

  test("killed while people write answers each of them once after it is back", async () => {
    await product.kill("SIGKILL");
    telegram.people.start(botId, personId(1));
    telegram.people.start(botId, personId(2));
    product = await start();
    await answered(personId(1));
    await answered(personId(2));
    await Bun.sleep(500);
    expect([said(personId(1)).length, said(personId(2)).length]).toEqual([1, 1]);
  }, 60_000);

  test("in a second process of the bot's role hears nothing twice", async () => {
    const second = await start({ ROLE: "bot" });
    try {
      telegram.people.userSends(botId, personId(0), "/help");
      await answered(personId(0), 2);
      await Bun.sleep(500);
      expect(said(personId(0))).toHaveLength(2);
    } finally {
      await second.kill("SIGTERM");
    }
  }, 60_000);

  test("leaves no update unread and none failed", async () => {
    const rows = await database.db.execute<{ status: string }>(
      sql`select distinct status from inbound_events where source = 'telegram' and status in ('received', 'failed')`,
    );
    expect([...rows]).toEqual([]);
  });
});
