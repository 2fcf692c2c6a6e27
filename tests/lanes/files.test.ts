import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { beginUpload, finishUpload, putUploadPart, uploadPartBytes } from "@backend/kit/uploads.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { TestBot } from "@backend/modules/messaging/testing.ts";
import { createRig, type Rig, until } from "./rig.ts";

setDefaultTimeout(30_000);

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
  await rig.start();
});
afterAll(() => rig.stop());

async function upload(bot: TestBot, size = 2_000): Promise<string> {
  const { db } = rig.database;
  const { workspaceId } = bot;
  const now = new Date();
  const file = { workspaceId, purpose: "media" as const, name: "offer.pdf", size, createdBy: null, now };
  const { id } = await beginUpload(db, file);
  for (let number = 0; number * uploadPartBytes < size; number++) {
    const bytes = new Uint8Array(Math.min(uploadPartBytes, size - number * uploadPartBytes)).fill(number + 1);
    await putUploadPart(db, { workspaceId, uploadId: id, number, bytes, now });
  }
  await finishUpload(db, workspaceId, id, now);
  return `upload:${id}`;
}
const people = async (bot: TestBot, count: number) => {
  const chats = [];
  for (let n = 0; n < count; n++) chats.push((await rig.person(bot)).chat);
  return chats;
};
const document = (media: string, caption = "x"): Content => ({ kind: "document", media, caption });
const send = (bot: TestBot, chat: { id: string }, content: Content) =>
  rig.queue(bot, chat as never, "", { content, lane: "broadcast" });
const states = async (bot: TestBot) => Object.groupBy(await rig.rows(bot), ({ state }) => state);
const settled = (bot: TestBot) => until("all settled", () => rig.isSettled(bot), 25_000);

test("a file goes to Telegram once and its id serves a hundred messages, with two processes sending", async () => {
  const other = await rig.start();
  const bot = await rig.bot();
  const media = await upload(bot, uploadPartBytes + 7);
  const chats = await people(bot, 100);
  for (const chat of chats) await send(bot, chat, document(media));
  await settled(bot);
  expect((await states(bot)).sent).toHaveLength(100);
  expect(rig.telegram.uploads(bot.telegramId)).toBe(1);
  expect(rig.telegram.counters(bot.telegramId).refused429).toBe(0);
  const shown = rig.telegram.world.privateChat(bot.telegramId, Number(chats[99]?.telegramChatId));
  expect([...shown.messages.values()].at(-1)?.document).toMatchObject({
    file_name: "offer.pdf",
    file_size: uploadPartBytes + 7,
  });
  await other.stop(500);
});

test("each bot uploads for itself, and a photo is another file than the same bytes as a document", async () => {
  const [one, two] = [await rig.bot(), await rig.bot()];
  const media = await upload(one);
  const [chat] = await people(one, 1);
  await send(one, chat as never, document(media));
  await settled(one);
  await send(one, chat as never, { kind: "photo", media });
  await settled(one);
  expect(rig.telegram.uploads(one.telegramId)).toBe(2);
  const [stranger] = await people(two, 1);
  await send(two, stranger as never, document(media));
  await settled(two);
  // The other bot belongs to another workspace: the file does not exist for it.
  expect((await states(two)).failed?.[0]).toMatchObject({ errorCode: "messaging.failed.file_refused" });
  expect(rig.telegram.uploads(two.telegramId)).toBe(0);
});

test("an id that Telegram has forgotten is uploaded anew, once", async () => {
  const bot = await rig.bot();
  const media = await upload(bot);
  const chats = await people(bot, 6);
  await send(bot, chats[0] as never, document(media));
  await settled(bot);
  rig.telegram.revokeFiles(bot.telegramId);
  for (const chat of chats.slice(1)) await send(bot, chat, document(media));
  await settled(bot);
  expect((await states(bot)).sent).toHaveLength(6);
  expect(rig.telegram.uploads(bot.telegramId)).toBe(2);
});

test("a file that Telegram refuses fails its messages without being offered again, and others go on", async () => {
  const bot = await rig.bot();
  const tooLarge = await upload(bot, 11 * 1024 * 1024);
  const chats = await people(bot, 8);
  for (const chat of chats.slice(0, 6)) await send(bot, chat, { kind: "photo", media: tooLarge });
  for (const chat of chats.slice(6)) await rig.queue(bot, chat, "text", { lane: "broadcast" });
  await settled(bot);
  const { failed, sent } = await states(bot);
  expect(failed).toHaveLength(6);
  expect(new Set(failed?.map(({ errorCode }) => errorCode))).toEqual(new Set(["messaging.failed.file_refused"]));
  expect(sent).toHaveLength(2);
  expect(rig.telegram.calls("sendPhoto")).toBeLessThan(4);
});

test("while a large file is on its way, messages without it are not held up", async () => {
  const bot = await rig.bot();
  const media = await upload(bot);
  const chats = await people(bot, 30);
  rig.telegram.addFault({ kind: "slow", durationMs: 8_000, methods: ["sendDocument"], count: 1 });
  for (const chat of chats) await send(bot, chat, document(media));
  await until("the upload has begun", () => rig.telegram.calls("sendDocument") > 0);
  const { chat } = await rig.person(bot);
  await rig.queue(bot, chat, "receipt", { lane: "service" });
  await until("the receipt arrived", () => rig.texts(bot).includes("receipt"));
  expect((await states(bot)).sent).toHaveLength(1);
  await settled(bot);
  expect((await states(bot)).sent).toHaveLength(31);
});

test("an album carries what is new and names what is known", async () => {
  const bot = await rig.bot();
  const [first, second] = [await upload(bot), await upload(bot, 3_000)];
  const [chat] = await people(bot, 1);
  await send(bot, chat as never, document(first));
  await settled(bot);
  const items = [first, second].map((media) => ({ kind: "document" as const, media }));
  await send(bot, chat as never, { kind: "album", items });
  await send(bot, chat as never, document(second));
  await settled(bot);
  const rows = await rig.rows(bot);
  expect(rows.map(({ state }) => state)).toEqual(["sent", "sent", "sent"]);
  expect(rows[1]?.albumMessageIds).toHaveLength(2);
  expect(rig.telegram.uploads(bot.telegramId)).toBe(2);
});

test("a message that is refused for something else leaves its file to the others", async () => {
  const bot = await rig.bot();
  const media = await upload(bot);
  const [first, second] = await people(bot, 2);
  await send(bot, first as never, { kind: "photo", media, caption: "x".repeat(1_025) });
  await settled(bot);
  await send(bot, second as never, { kind: "photo", media });
  await settled(bot);
  expect((await rig.rows(bot)).map(({ state, errorCode }) => [state, errorCode])).toEqual([
    ["failed", "messaging.failed.too_long"],
    ["sent", null],
  ]);
});

test("a file that was deleted meanwhile is a failure with a reason", async () => {
  const bot = await rig.bot();
  const [chat] = await people(bot, 1);
  await send(bot, chat as never, document(`upload:${crypto.randomUUID()}`));
  await send(bot, chat as never, document("upload:../x"));
  await settled(bot);
  expect((await rig.rows(bot)).map(({ state, errorCode }) => [state, errorCode])).toEqual([
    ["failed", "messaging.failed.file_refused"],
    ["failed", "messaging.failed.file_refused"],
  ]);
});
