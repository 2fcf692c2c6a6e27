import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type Content, haltLane, queueEdits, queueRemovals } from "@backend/modules/messaging/index.ts";
import type { ChatRow } from "@backend/modules/messaging/queries.ts";
import type { TestBot } from "@backend/modules/messaging/testing.ts";
import { createRig, type Rig, until } from "./rig.ts";

setDefaultTimeout(30_000);

let rig: Rig;
let clockAheadMs = 0;
beforeAll(async () => {
  rig = await createRig({ now: () => Date.now() + clockAheadMs });
  await rig.start();
});
afterAll(() => rig.stop());

const subject = { kind: "broadcast-change", id: "1" };
const settled = (bot: TestBot) => until("all settled", () => rig.isSettled(bot));
const text = (html: string): Content => ({ kind: "text", html });
const photo = (caption?: string): Content => ({
  kind: "photo",
  media: "https://x.example/a.jpg",
  ...(caption ? { caption } : {}),
});

/** A message that has arrived, and what can be done to it. */
async function delivered(content: Content = text("before")) {
  const bot = await rig.bot();
  const { chat, telegramId } = await rig.person(bot);
  const id = BigInt(await rig.queue(bot, chat, "", { content, lane: "broadcast" }));
  await settled(bot);
  const { db } = rig.database;
  const of = { workspaceId: bot.workspaceId, subject };
  return {
    bot,
    chat,
    telegramId,
    id,
    edit: (to: Content) => queueEdits(db, of, [{ deliveryId: id, content: to }]),
    remove: () => queueRemovals(db, of, [id]),
    /** What the person sees, after everything has been done. */
    async seen() {
      await settled(bot);
      return [...rig.telegram.world.privateChat(bot.telegramId, telegramId).messages.values()].filter(
        ({ from }) => from?.is_bot,
      );
    },
    async results() {
      await settled(bot);
      return (await rig.rows(bot)).slice(1).map(({ act, state, errorCode }) => [act, state, errorCode]);
    },
  };
}
const textsOf = (messages: { text?: string; caption?: string }[]) => messages.map((one) => one.text ?? one.caption);

test("an edit gives a message other words and buttons, and takes away what it leaves out", async () => {
  const message = await delivered({
    kind: "text",
    html: "before",
    buttons: [[{ text: "a", url: "https://x.example/" }]],
  });
  await message.edit({ kind: "text", html: "<b>after</b>", buttons: [[{ text: "b", copy: "code" }]] });
  expect(await message.seen()).toMatchObject([
    { text: "after", entities: [{ type: "bold" }], reply_markup: { inline_keyboard: [[{ text: "b" }]] } },
  ]);
  await message.edit(text("bare"));
  expect((await message.seen())[0]).not.toHaveProperty("reply_markup");
});

test("edited twice, the last words stay; the same words twice are done, not failed", async () => {
  const message = await delivered();
  await message.edit(text("one"));
  await message.edit(text("two"));
  await message.edit(text("two"));
  expect(textsOf(await message.seen())).toEqual(["two"]);
  expect(await message.results()).toEqual([
    ["edit", "sent", null],
    ["edit", "sent", null],
    ["edit", "sent", null],
  ]);
});

test("a picture gets another, a text gets one, and a picture cannot be taken away", async () => {
  const picture = await delivered(photo("before"));
  await picture.edit({ kind: "video", media: "https://x.example/b.mp4", caption: "after" });
  const [shown] = await picture.seen();
  expect(shown).toMatchObject({ caption: "after", video: {} });
  expect(shown).not.toHaveProperty("photo");
  await picture.edit(text("bare"));
  expect((await picture.results()).at(-1)).toEqual(["edit", "failed", "messaging.failed.other_kind"]);
  const words = await delivered();
  await words.edit(photo("with a picture"));
  expect(textsOf(await words.seen())).toEqual(["with a picture"]);
});

test("of an album the first caption changes; deleted it goes whole", async () => {
  const item = (caption?: string) => ({ ...photo(caption), kind: "photo" as const }) as never;
  const album = await delivered({ kind: "album", items: [item("one"), item("two"), item()] });
  await album.edit({ kind: "album", items: [item("uno"), item("dos"), item()] });
  expect(textsOf(await album.seen())).toEqual(["uno", "two", undefined]);
  await album.remove();
  expect(await album.seen()).toEqual([]);
});

test("deleted twice is deleted once, and what the person deleted himself counts as deleted", async () => {
  const message = await delivered();
  await message.remove();
  await message.remove();
  expect(await message.seen()).toEqual([]);
  expect(await message.results()).toEqual([
    ["delete", "sent", null],
    ["delete", "sent", null],
  ]);
  await message.edit(text("too late"));
  expect((await message.results()).at(-1)).toEqual(["edit", "failed", "messaging.failed.message_gone"]);
});

test("what a bot that was given up has sent cannot be changed any more, and no change waits for it", async () => {
  const message = await delivered();
  await haltLane(rig.database.db, message.bot.botId, "gone");
  await message.edit(text("too late"));
  await message.remove();
  expect(await message.results()).toEqual([
    ["edit", "failed", "messaging.failed.bot_gone"],
    ["delete", "failed", "messaging.failed.bot_gone"],
  ]);
});

test("two days later a message can be edited and no longer deleted", async () => {
  const message = await delivered();
  clockAheadMs = 49 * 3_600_000;
  await message.remove();
  await message.edit(text("after"));
  expect(textsOf(await message.seen())).toEqual(["after"]);
  expect(await message.results()).toEqual([
    ["delete", "failed", "messaging.failed.too_old"],
    ["edit", "sent", null],
  ]);
  clockAheadMs = 0;
});

test("a lost answer is asked again and never becomes unknown", async () => {
  const message = await delivered();
  const fault = rig.telegram.addFault({
    kind: "lost_answer",
    botId: message.bot.telegramId,
    methods: ["editMessageText", "deleteMessage"],
    count: 1,
  });
  await message.edit(text("after"));
  expect(textsOf(await message.seen())).toEqual(["after"]);
  expect(await message.results()).toEqual([["edit", "sent", null]]);
  expect(fault.struck()).toBe(1);
});

test("a process that dies with an edit under way leaves it to the next, which does it again", async () => {
  const message = await delivered();
  await message.edit(text("after"));
  await settled(message.bot);
  await rig.database.sql`
    update deliveries set state = 'sending', fence = 0, done_at = null where bot_id = ${message.bot.botId} and act = 'edit'`;
  await until("it was done again", async () => (await message.results()).at(-1)?.[1] === "sent");
  expect(await message.results()).toEqual([["edit", "sent", null]]);
});

test("what was never sent, or belongs to others, cannot be changed", async () => {
  const message = await delivered();
  const other = await rig.bot();
  const { db } = rig.database;
  expect(
    await queueEdits(db, { workspaceId: other.workspaceId, subject }, [{ deliveryId: message.id, content: text("x") }]),
  ).toEqual([null]);
  expect(
    await queueRemovals(db, { workspaceId: message.bot.workspaceId, subject }, [999_999_999n, message.id]),
  ).toEqual([null, expect.any(BigInt)]);
  await rig.queue(message.bot, message.chat as ChatRow, "x".repeat(5_000), { lane: "broadcast" });
  await settled(message.bot);
  const failed = (await rig.rows(message.bot)).at(-1)?.id as bigint;
  expect(await queueRemovals(db, { workspaceId: message.bot.workspaceId, subject }, [failed])).toEqual([null]);
});

test("edits keep the pace of a chat, and a blocked bot fails them with the reason", async () => {
  const message = await delivered();
  for (const words of ["1", "2", "3"]) await message.edit(text(words));
  const startedAt = performance.now();
  expect(textsOf(await message.seen())).toEqual(["3"]);
  expect(performance.now() - startedAt).toBeGreaterThan(1_900);
  rig.telegram.people.block(message.bot.telegramId, message.telegramId);
  await rig.database.sql`update chats set state = 'blocked' where id = ${message.chat.id}`;
  await message.edit(text("4"));
  expect((await message.results()).at(-1)).toEqual(["edit", "failed", "messaging.failed.chat_blocked"]);
});

test("a letter at the very edge of Telegram's limits arrives, with emoji and entities", async () => {
  const bot = await rig.bot();
  const { chat } = await rig.person(bot);
  await rig.queue(bot, chat, `<b>${"😀".repeat(4_000)}</b>${"&amp;".repeat(96)}`);
  await rig.queue(bot, chat, "", { content: photo("😀".repeat(1_024)) });
  await rig.queue(bot, chat, `${"😀".repeat(4_096)}x`);
  await rig.queue(bot, chat, "", { content: photo("😀".repeat(1_025)) });
  await settled(bot);
  expect((await rig.rows(bot)).map(({ state, errorCode }) => [state, errorCode])).toEqual([
    ["sent", null],
    ["sent", null],
    ["failed", "messaging.failed.too_long"],
    ["failed", "messaging.failed.too_long"],
  ]);
});
