/** Lanes, a real database and the strict stand-in of the Bot API, put together for tests. */
import { telegramSender } from "@backend/integrations/telegram/sender.ts";
import { createLogger } from "@backend/kit/log.ts";
import { findUpload, readUpload } from "@backend/kit/uploads.ts";
import { type Content, mediaLibrary, type NewDelivery, queueDelivery } from "@backend/modules/messaging/index.ts";
import { createLaneRuntime, type LaneRuntime, type LaneRuntimeOptions } from "@backend/modules/messaging/module.ts";
import type { FoldRenderers, LaneBots } from "@backend/modules/messaging/ports.ts";
import type { ChatRow } from "@backend/modules/messaging/queries.ts";
import { makeBot, makeGroup, makePrivateChat, type TestBot } from "@backend/modules/messaging/testing.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { type StandInOptions, startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { asc, eq } from "drizzle-orm";

/** Tokens of test bots are made from their names, so that any process of a test can send. */
export const testBots = (database: TestDatabase | { sql: TestDatabase["sql"] }): LaneBots => ({
  async find(id) {
    const [row] = await database.sql<{ telegram_id: string; username: string; state: string }[]>`
      select telegram_id, username, state from bots where id = ${id}`;
    if (row?.state !== "active") return null;
    return { id, username: row.username, token: `${row.telegram_id}:TEST-not-a-real-token-${row.telegram_id}` };
  },
});

export const sumDigest: FoldRenderers = {
  count: ({ items }) => ({ kind: "text", html: `digest of ${items.length}: ${items.join(",")}` }),
};

export const testSender = (apiRoot: string, db: TestDatabase["db"], timeoutMs = 5_000) =>
  telegramSender({
    apiRoot,
    timeoutMs,
    library: mediaLibrary({ db, files: { find: findUpload, read: readUpload } }),
    log: createLogger("silent"),
    links: { inPrivate: (bot, path) => `https://app.test/app/${bot.id}/${path}`, elsewhere: () => "https://t.me/x" },
  });

export interface Rig {
  database: TestDatabase;
  telegram: TelegramStandIn;
  bot(): Promise<TestBot>;
  person(bot: TestBot): Promise<{ chat: ChatRow; telegramId: number }>;
  group(bot: TestBot, type?: "group" | "supergroup" | "channel"): Promise<{ chat: ChatRow; telegramId: number }>;
  start(options?: Partial<LaneRuntimeOptions>): Promise<LaneRuntime>;
  queue(bot: TestBot, chat: ChatRow, html: string, more?: Partial<NewDelivery>): Promise<string>;
  rows(bot: TestBot): Promise<(typeof deliveries.$inferSelect)[]>;
  /** Nothing waits and nothing is under way. */
  isSettled(bot: TestBot): Promise<boolean>;
  texts(bot: TestBot, telegramChatId?: number): string[];
  stop(): Promise<void>;
}

export const html = (row: { content: unknown }): string => (row.content as Content & { html: string }).html;

/** Waits until `isTrue` says so; fails after `ms` with `what`. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain: ${what}`);
    await Bun.sleep(15);
  }
}

let nextPerson = 300_000_000;
export const ownerId = 299_999_999;

export async function createRig(standIn: StandInOptions = {}): Promise<Rig> {
  const database = await createTestDatabase({ poolSize: 6 });
  const telegram = await startTelegramStandIn(standIn);
  telegram.people.addPerson({ id: ownerId, firstName: "Owner" });
  const runtimes: LaneRuntime[] = [];
  const rows = (bot: TestBot) =>
    database.db.select().from(deliveries).where(eq(deliveries.botId, bot.botId)).orderBy(asc(deliveries.id));
  return {
    database,
    telegram,
    rows,
    async isSettled(bot) {
      return (await rows(bot)).every(({ state }) => state !== "queued" && state !== "sending");
    },
    async bot() {
      const bot = await makeBot(database.db);
      telegram.addBot({ token: bot.token, username: `test_${bot.telegramId}_bot` });
      return bot;
    },
    async person(bot) {
      const telegramId = nextPerson++;
      telegram.people.addPerson({ id: telegramId, firstName: `P${telegramId}` });
      telegram.people.start(bot.telegramId, telegramId);
      return { chat: await makePrivateChat(database.db, bot, telegramId), telegramId };
    },
    async group(bot, type = "supergroup") {
      const { id } = telegram.people.addChat({ type, title: "Team", ownerId, isForum: type === "supergroup" });
      telegram.people.addBotToChat(id, bot.telegramId, ownerId);
      return { chat: await makeGroup(database.db, bot, id, type), telegramId: id };
    },
    async start(options = {}) {
      const runtime = await createLaneRuntime({
        database,
        bots: testBots(database),
        sender: testSender(telegram.apiRoot, database.db),
        renderers: sumDigest,
        log: createLogger(process.env.LANES_LOG ?? "silent"),
        ...options,
      });
      runtimes.push(runtime);
      return runtime;
    },
    async queue(bot, chat, text, more = {}) {
      const { id } = await queueDelivery(database.db, {
        workspaceId: bot.workspaceId,
        chatId: chat.id,
        lane: "alert",
        content: { kind: "text", html: text },
        ...more,
      });
      return id ?? "";
    },
    texts: (bot, telegramChatId) =>
      telegram
        .acceptedMessages(bot.telegramId)
        .filter(({ chatId }) => telegramChatId === undefined || chatId === telegramChatId)
        .map(({ text }) => text),
    async stop() {
      await Promise.all(runtimes.map((runtime) => runtime.stop(500)));
      await telegram.stop();
      // A worker of autovacuum in the database may not be told to go by our role; it goes by itself.
      await database.drop().catch(() => Bun.sleep(1_000).then(() => database.drop()));
    },
  };
}
