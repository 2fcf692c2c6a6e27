import { afterAll, beforeAll, expect, test } from "bun:test";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, rolledBack, type TestDatabase } from "@db/testing.ts";
import { asc, eq } from "drizzle-orm";
import type { NewDelivery } from "../index.ts";
import { haltLane, loseChat, queueDeliveries, queueDelivery } from "../index.ts";
import { makeBot, makePrivateChat } from "../testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const text = (html: string) => ({ kind: "text", html }) as const;

test("a delivery knows its bot from its chat and waits in its lane", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const chat = await makePrivateChat(db, bot, 501);
    const { id } = await queueDelivery(db, {
      workspaceId: bot.workspaceId,
      chatId: chat.id,
      lane: "alert",
      content: text("hello"),
      subject: { kind: "conversion", id: "12" },
    });
    const [row] = await db
      .select()
      .from(deliveries)
      .where(eq(deliveries.id, BigInt(id ?? 0)));
    expect(row).toMatchObject({ botId: bot.botId, rank: 1, state: "queued", isDue: true, subjectId: "12" });
    expect(row?.content).toEqual(text("hello"));
  }));

test("a key used before queues nothing, within one statement and across statements", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const chat = await makePrivateChat(db, bot, 502);
    const one: NewDelivery = {
      workspaceId: bot.workspaceId,
      chatId: chat.id,
      lane: "alert",
      content: text("once"),
      dedupeKey: "k1",
    };
    const first = await queueDeliveries(db, [one, { ...one, dedupeKey: "k2" }, one]);
    expect(first.map(({ id }) => id !== null)).toEqual([true, true, false]);
    expect(await queueDelivery(db, one)).toEqual({ id: null });
  }));

test("another workspace's chat is not found, and in a bulk it is left out", () =>
  rolledBack(database.db, async (db) => {
    const mine = await makeBot(db);
    const theirs = await makeBot(db);
    const chat = await makePrivateChat(db, theirs, 503);
    const stray: NewDelivery = { workspaceId: mine.workspaceId, chatId: chat.id, lane: "service", content: text("x") };
    expect(queueDelivery(db, stray)).rejects.toThrow("messaging.chat_not_found");
    expect(await queueDeliveries(db, [stray])).toEqual([{ id: null }]);
  }));

test("ids grow in the order asked, so that the order per chat is the order of the caller", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const chat = await makePrivateChat(db, bot, 504);
    const many = Array.from({ length: 300 }, (_, n) => ({
      workspaceId: bot.workspaceId,
      chatId: chat.id,
      lane: "broadcast" as const,
      content: text(`n${n}`),
    }));
    const ids = (await queueDeliveries(db, many)).map(({ id }) => BigInt(id ?? 0));
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    const rows = await db.select().from(deliveries).where(eq(deliveries.chatId, chat.id)).orderBy(asc(deliveries.id));
    expect(rows.map((row) => (row.content as { html: string }).html)).toEqual(many.map((one) => one.content.html));
  }));

test("what is for later is not due; NUL, half a surrogate pair and backslashes break nothing", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const chat = await makePrivateChat(db, bot, 505);
    const { id } = await queueDelivery(db, {
      workspaceId: bot.workspaceId,
      chatId: chat.id,
      lane: "sequence",
      content: text("a\u0000b\ud800c\\u0000\\"),
      notBefore: new Date(Date.now() + 60_000),
    });
    const [row] = await db
      .select()
      .from(deliveries)
      .where(eq(deliveries.id, BigInt(id ?? 0)));
    expect(row).toMatchObject({ isDue: false, state: "queued", content: text("ab\ufffdc\\u0000\\") });
  }));

test("a chat that is lost fails its alerts and cancels its broadcasts, waiting and new ones", () =>
  rolledBack(database.db, async (db) => {
    const bot = await makeBot(db);
    const chat = await makePrivateChat(db, bot, 506);
    const add = (lane: "alert" | "broadcast") =>
      queueDelivery(db, { workspaceId: bot.workspaceId, chatId: chat.id, lane, content: text("x") });
    await add("alert");
    await add("broadcast");
    await loseChat(db, chat.id, "blocked");
    await add("alert");
    await add("broadcast");
    const rows = await db.select().from(deliveries).where(eq(deliveries.chatId, chat.id)).orderBy(asc(deliveries.id));
    expect(rows.map(({ state, errorCode }) => [state, errorCode])).toEqual([
      ["failed", "messaging.failed.chat_blocked"],
      ["cancelled", "messaging.failed.chat_blocked"],
      ["failed", "messaging.failed.chat_blocked"],
      ["cancelled", "messaging.failed.chat_blocked"],
    ]);
  }));

test("what is being queued while its bot is given up is cancelled with the rest", async () => {
  const { db } = database;
  const bot = await makeBot(db);
  const chat = await makePrivateChat(db, bot, 504);
  const { id, halting } = await db.transaction(async (tx) => {
    const queued = await queueDelivery(tx as unknown as typeof db, {
      workspaceId: bot.workspaceId,
      chatId: chat.id,
      lane: "alert",
      content: text("late"),
    });
    const halting = haltLane(db, bot.botId, "gone");
    // Time enough to pass by what is not committed yet, if it could.
    await Promise.race([halting, Bun.sleep(300)]);
    return { ...queued, halting };
  });
  expect(await halting).toBe(1);
  const [row] = await db
    .select()
    .from(deliveries)
    .where(eq(deliveries.id, BigInt(id ?? 0)));
  expect(row).toMatchObject({ state: "cancelled", errorCode: "messaging.failed.bot_gone" });
});
