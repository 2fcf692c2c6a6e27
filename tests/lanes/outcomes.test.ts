import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { setReactions, when } from "@backend/kit/events.ts";
import { defineJob } from "@backend/kit/jobs.ts";
import {
  botRefused,
  chatLost,
  recordTopic,
  resendUnknown,
  resumeLane,
  topicLost,
} from "@backend/modules/messaging/index.ts";
import type { TestBot } from "@backend/modules/messaging/testing.ts";
import { chats, lanes } from "@db/schema/messaging.ts";
import { eq } from "drizzle-orm";
import { t } from "elysia";
import { createRig, ownerId, type Rig, until } from "./rig.ts";

setDefaultTimeout(30_000);

let rig: Rig;
const noted = defineJob({ name: "test.noted", payload: t.Object({ event: t.String(), id: t.String() }), attempts: 1 });

beforeAll(async () => {
  rig = await createRig();
  setReactions([
    when(chatLost, noted, ({ chatId, state }) => ({ event: state, id: chatId })),
    when(topicLost, noted, ({ chatId }) => ({ event: "topic", id: chatId })),
    when(botRefused, noted, ({ botId }) => ({ event: "refused", id: botId })),
  ]);
  await rig.start();
});
afterAll(async () => {
  setReactions([]);
  await rig.stop();
});

const events = async (id: string) => {
  const rows = await rig.database.sql<{ event: string }[]>`
    select payload->>'event' as event from graphile_worker._private_jobs where payload->>'id' = ${id}`;
  return rows.map(({ event }) => event);
};
const stateOf = async (chatId: string) =>
  (await rig.database.db.select().from(chats).where(eq(chats.id, chatId)))[0]?.state;
const settled = (bot: TestBot) => rig.isSettled(bot);

test.concurrent("a person who blocked the bot: the fact is kept, alerts fail, broadcasts are cancelled, nobody is asked twice", async () => {
  const bot = await rig.bot();
  const { chat, telegramId } = await rig.person(bot);
  rig.telegram.people.block(bot.telegramId, telegramId);
  await rig.queue(bot, chat, "a1");
  await rig.queue(bot, chat, "a2");
  await rig.queue(bot, chat, "b1", { lane: "broadcast" });
  await until("all settled", () => settled(bot));
  expect((await rig.rows(bot)).map(({ state, errorCode }) => [state, errorCode])).toEqual([
    ["failed", "messaging.failed.chat_blocked"],
    ["failed", "messaging.failed.chat_blocked"],
    ["cancelled", "messaging.failed.chat_blocked"],
  ]);
  expect(await stateOf(chat.id)).toBe("blocked");
  expect(await events(chat.id)).toEqual(["blocked"]);
});

test.concurrent("a group that removed the bot fails with its reason, and the news is published once", async () => {
  const bot = await rig.bot();
  const { chat, telegramId } = await rig.group(bot);
  rig.telegram.people.removeBot(telegramId, bot.telegramId, ownerId);
  await Promise.all([1, 2, 3].map((n) => rig.queue(bot, chat, `a${n}`)));
  await until("all settled", () => settled(bot));
  expect(new Set((await rig.rows(bot)).map(({ errorCode }) => errorCode))).toEqual(
    new Set(["messaging.failed.chat_kicked"]),
  );
  expect(await events(chat.id)).toEqual(["kicked"]);
});

test.concurrent("a group that became a supergroup is followed: new address stored, message sent there once, same chat for us", async () => {
  const bot = await rig.bot();
  const { chat, telegramId } = await rig.group(bot, "group");
  const newId = rig.telegram.people.migrate(telegramId);
  await rig.queue(bot, chat, "moved with you");
  await until("it arrived", () => rig.texts(bot, newId).length === 1);
  await until("all settled", () => settled(bot));
  const [row] = await rig.database.db.select().from(chats).where(eq(chats.id, chat.id));
  expect(row).toMatchObject({ telegramChatId: newId, kind: "supergroup", state: "active" });
  expect(rig.texts(bot)).toEqual(["moved with you"]);
});

test.concurrent("an alert for a deleted topic arrives in the General topic, a broadcast fails", async () => {
  const bot = await rig.bot();
  const { chat, telegramId } = await rig.group(bot);
  const threadId = rig.telegram.people.makeTopic(telegramId, "Deposits", ownerId);
  await recordTopic(rig.database.db, bot.botId, telegramId, { threadId, name: "Deposits" });
  rig.telegram.people.deleteTopic(telegramId, threadId);
  await rig.queue(bot, chat, "alert", { threadId });
  await rig.queue(bot, chat, "news", { threadId, lane: "broadcast" });
  await until("all settled", () => settled(bot));
  expect(rig.telegram.acceptedMessages(bot.telegramId).map(({ text, threadId: at }) => [text, at])).toEqual([
    ["alert", undefined],
  ]);
  expect(await events(chat.id)).toEqual(["topic"]);
  const [, news] = await rig.rows(bot);
  expect(news).toMatchObject({ state: "failed", errorCode: "messaging.failed.topic_gone" });
});

test.concurrent("markup that Telegram refuses goes out once more as plain text", async () => {
  const bot = await rig.bot();
  const { chat } = await rig.person(bot);
  await rig.queue(bot, chat, "5 &lt; 6 <b>bold");
  await until("all settled", () => settled(bot));
  expect(rig.texts(bot)).toEqual(["5 < 6 bold"]);
});

test.concurrent("a refused message says why and does not hold up the next", async () => {
  const bot = await rig.bot();
  const { chat } = await rig.person(bot);
  await rig.queue(bot, chat, "x".repeat(5_000));
  await rig.queue(bot, chat, "next");
  await until("all settled", () => settled(bot));
  expect((await rig.rows(bot)).map(({ state, errorCode }) => [state, errorCode])).toEqual([
    ["failed", "messaging.failed.too_long"],
    ["sent", null],
  ]);
});

test.concurrent("content that nobody can express is set aside, and its lane goes on", async () => {
  const bot = await rig.bot();
  const { chat } = await rig.person(bot);
  await rig.queue(bot, chat, "x", { content: { kind: "hologram" } as never });
  await rig.queue(bot, chat, "next");
  await until("all settled", () => settled(bot));
  expect((await rig.rows(bot)).map(({ state, errorCode }) => [state, errorCode])).toEqual([
    ["failed", "messaging.failed.unsendable"],
    ["sent", null],
  ]);
});

test.concurrent("a dead token stops its bot only, tells once, and a new token brings everything", async () => {
  const bot = await rig.bot();
  const well = await rig.bot();
  const { chat } = await rig.person(bot);
  const { chat: otherChat } = await rig.person(well);
  rig.telegram.revokeToken(bot.telegramId);
  const ids = [await rig.queue(bot, chat, "one"), await rig.queue(bot, chat, "two")];
  await rig.queue(well, otherChat, "fine");
  await until("the other bot is well", () => rig.texts(well).length === 1);
  await until("it is told", async () => (await events(bot.botId)).length > 0);
  expect(await events(bot.botId)).toEqual(["refused"]);
  expect((await rig.rows(bot)).map(({ id, state, attempts }) => [String(id), state, attempts])).toEqual(
    ids.map((id) => [id, "queued", 0]),
  );
  rig.telegram.world.bot(bot.telegramId).isRevoked = false;
  await resumeLane(rig.database.db, bot.botId);
  await until("both arrived", () => rig.texts(bot).length === 2);
  expect(rig.texts(bot)).toEqual(["one", "two"]);
  const [lane] = await rig.database.db.select().from(lanes).where(eq(lanes.botId, bot.botId));
  expect(lane?.pausedUntil).toBeNull();
});

test.concurrent("a lost answer of a broadcast is unknown, never a second copy; a person may send it again", async () => {
  const bot = await rig.bot();
  const people = await Promise.all(Array.from({ length: 24 }, () => rig.person(bot)));
  const fault = rig.telegram.addFault({ kind: "lost_answer", botId: bot.telegramId, probability: 0.25, count: 4 });
  for (const { chat } of people) await rig.queue(bot, chat, `to ${chat.telegramChatId}`, { lane: "broadcast" });
  await until("all settled", () => settled(bot));
  expect(fault.struck()).toBe(4);
  const rows = await rig.rows(bot);
  const unknown = rows.filter(({ state }) => state === "unknown");
  expect(unknown.map(({ errorCode }) => errorCode)).toEqual(Array(4).fill("messaging.unknown.answer_lost"));
  expect(rows.filter(({ state }) => state === "sent")).toHaveLength(20);
  expect(new Set(rig.texts(bot)).size).toBe(24);
  expect(rig.texts(bot)).toHaveLength(24);
  expect(await resendUnknown(rig.database.db, bot.workspaceId, null)).toHaveLength(4);
  await until("sent again", async () => (await rig.rows(bot)).every(({ state }) => state === "sent"));
  expect(rig.texts(bot)).toHaveLength(28);
});

test.concurrent("a lost answer of an alert is tried once more: one copy or two, never none", async () => {
  const bot = await rig.bot();
  const people = await Promise.all(Array.from({ length: 6 }, () => rig.person(bot)));
  rig.telegram.addFault({ kind: "lost_answer", botId: bot.telegramId, count: 2 });
  for (const { chat } of people) await rig.queue(bot, chat, `to ${chat.telegramChatId}`);
  await until("all settled", () => settled(bot));
  expect((await rig.rows(bot)).map(({ state }) => state)).toEqual(Array(6).fill("sent"));
  for (const { telegramId } of people) expect([1, 2]).toContain(rig.texts(bot, telegramId).length);
  expect(rig.texts(bot)).toHaveLength(8);
});

test.concurrent("a 429 is waited for, uses up no attempt and holds up no other bot", async () => {
  const bot = await rig.bot();
  const well = await rig.bot();
  const people = await Promise.all(Array.from({ length: 12 }, () => rig.person(bot)));
  const other = await rig.person(well);
  rig.telegram.addFault({ kind: "flood", botId: bot.telegramId, retryAfterS: 1, count: 3 });
  for (const { chat } of people) await rig.queue(bot, chat, `to ${chat.telegramChatId}`);
  await rig.queue(well, other.chat, "fine");
  await until("the other bot is well", () => rig.texts(well).length === 1, 900);
  await until("all settled", () => settled(bot));
  const { ignoredWaits, refused429 } = rig.telegram.counters(bot.telegramId);
  expect(ignoredWaits).toBe(0);
  expect(refused429).toBeGreaterThanOrEqual(3);
  expect((await rig.rows(bot)).map(({ state, attempts }) => [state, attempts])).toEqual(Array(12).fill(["sent", 1]));
  expect(rig.texts(bot)).toHaveLength(12);
});
