/** Words at the edge of what Telegram takes, for people of whom little or too much is known. */
import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { type BroadcastRig, createBroadcastRig, expectInvariant } from "./rig.ts";

setDefaultTimeout(60_000);

let rig: BroadcastRig;
beforeEach(async () => {
  rig = await createBroadcastRig();
});
afterEach(() => rig.stop());
const bot = () => rig.bots[0] as (typeof rig.bots)[0];

/** Six people: two without a name, two with one of three hundred letters, two as people are. */
async function makePeople(): Promise<void> {
  const ids = await rig.audience(bot(), 6);
  await rig.database.sql`update subscribers set first_name = null where telegram_id = any(${ids.slice(0, 2)})`;
  await rig.database
    .sql`update subscribers set first_name = ${"ж".repeat(300)} where telegram_id = any(${ids.slice(2, 4)})`;
}

async function sendToAll(message: { kind: "text"; html: string } | { kind: "photo"; media: string; caption: string }) {
  await makePeople();
  await Promise.all([rig.start(), rig.work()]);
  const letter = { fallback: "en", messages: { en: message } };
  const id = await rig.launch({ variants: [{ key: "A", share: 100, letter }] });
  expect(await rig.reaches(id, "sent")).toMatchObject({ total: 6, sent: 6, failed: 0, unknown: 0 });
  await expectInvariant(rig, id);
  return rig.telegram.acceptedMessages(bot().telegramId).filter(({ chatId }) => chatId !== rig.owner.telegramId);
}

test("a text of 4,096 characters with a name in it reaches everybody once, whole but for the name", async () => {
  const words = "ї".repeat(4_085);
  const got = await sendToAll({ kind: "text", html: `${words}, {first_name}!` });
  expect(new Set(got.map(({ chatId }) => chatId)).size).toBe(6);
  expect(got).toHaveLength(6);
  const texts = got.map(({ text }) => text);
  expect(texts.filter((text) => text === `${words}!`)).toHaveLength(2);
  for (const text of texts) {
    expect(text.length).toBeLessThanOrEqual(4_096);
    expect(text.startsWith(words)).toBe(true);
    expect(text).not.toContain("{");
  }
});

test("so does a caption of 1,024", async () => {
  const words = "ї".repeat(1_013);
  const caption = `${words}, {first_name}!`;
  const got = await sendToAll({ kind: "photo", media: "https://example.com/sale.jpg", caption });
  expect(got).toHaveLength(6);
  const captions = got.map(({ text }) => text);
  expect(captions.filter((text) => text === `${words}!`)).toHaveLength(2);
  for (const text of captions) {
    expect(text.length).toBeLessThanOrEqual(1_024);
    expect(text.startsWith(words)).toBe(true);
  }
});
