import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { bots } from "@db/schema/bots.ts";
import { eq } from "drizzle-orm";
import { createRig, html, type Rig, until } from "./rig.ts";

setDefaultTimeout(30_000);

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
  await rig.start();
});
afterEach(() => rig.stop());

test("a storm of gateway errors stops the lane after few uncertain messages, and it goes on by itself", async () => {
  const bot = await rig.bot();
  const people = await Promise.all(Array.from({ length: 60 }, () => rig.person(bot)));
  const fault = rig.telegram.addFault({ kind: "late_status", botId: bot.telegramId, probability: 0.5 });
  const gone = rig.telegram.addFault({ kind: "bad_gateway", botId: bot.telegramId });
  for (const { chat } of people) await rig.queue(bot, chat, `to ${chat.telegramChatId}`, { lane: "broadcast" });
  await Bun.sleep(2_500);
  expect(fault.struck() + gone.struck()).toBeLessThanOrEqual(30);
  fault.remove();
  gone.remove();
  await until("all settled", () => rig.isSettled(bot));
  const rows = await rig.rows(bot);
  expect(new Set(rig.texts(bot)).size).toBe(rig.texts(bot).length);
  const sent = rows.filter(({ state }) => state === "sent").map(html);
  const unknown = rows.filter(({ state }) => state === "unknown").map(html);
  expect(sent.length + unknown.length).toBe(60);
  for (const text of sent) expect(rig.texts(bot)).toContain(text);
  for (const text of rig.texts(bot)) expect([...sent, ...unknown]).toContain(text);
});

test("Telegram down and back: nothing lost, nothing doubled, order kept, few tries meanwhile", async () => {
  const bot = await rig.bot();
  const people = await Promise.all(Array.from({ length: 3 }, () => rig.person(bot)));
  await rig.telegram.goDown();
  for (let n = 0; n < 3; n++)
    for (const { chat } of people) await rig.queue(bot, chat, `m${n}`, n === 2 ? { lane: "broadcast" } : {});
  await Bun.sleep(2_000);
  expect((await rig.rows(bot)).every(({ state, attempts }) => state === "queued" && attempts === 0)).toBe(true);
  rig.telegram.comeUp();
  await until("all settled", () => rig.isSettled(bot));
  for (const { telegramId } of people) expect(rig.texts(bot, telegramId)).toEqual(["m0", "m1", "m2"]);
  expect((await rig.rows(bot)).map(({ attempts }) => attempts)).toEqual(Array(9).fill(1));
});

test("a bot that is deleted takes its lane and its messages with it, and other bots never notice", async () => {
  const doomed = await rig.bot();
  const well = await rig.bot();
  const people = await Promise.all(Array.from({ length: 40 }, () => rig.person(doomed)));
  const other = await rig.person(well);
  for (const { chat } of people) await rig.queue(doomed, chat, "x", { lane: "broadcast" });
  await until("it sends", () => rig.texts(doomed).length > 5);
  await rig.database.db.delete(bots).where(eq(bots.id, doomed.botId));
  const sent = rig.texts(doomed).length;
  await rig.queue(well, other.chat, "fine");
  await until("the other bot is well", () => rig.texts(well).length === 1, 3_000);
  await Bun.sleep(500);
  expect(rig.texts(doomed).length - sent).toBeLessThanOrEqual(8);
});

test("the database away for longer than a process may trust itself: nothing is sent meanwhile, all of it after", async () => {
  const bot = await rig.bot();
  const people = await Promise.all(Array.from({ length: 60 }, () => rig.person(bot)));
  for (const { chat, telegramId } of people) await rig.queue(bot, chat, `to ${telegramId}`, { lane: "broadcast" });
  await until("it sends", () => rig.texts(bot).length > 5);
  // Locked tables answer nobody, as a database that hangs does.
  const freeze = rig.database.sql.begin(async (tx) => {
    await tx`lock table lane_hosts, deliveries in access exclusive mode`;
    await Bun.sleep(4_000);
  });
  await Bun.sleep(2_600);
  const sent = rig.texts(bot).length;
  await Bun.sleep(1_000);
  expect(rig.texts(bot).length).toBe(sent);
  await freeze;
  await until("all settled", () => rig.isSettled(bot));
  expect(new Set(rig.texts(bot)).size).toBe(60);
  expect(rig.texts(bot)).toHaveLength(60);
  expect((await rig.rows(bot)).every(({ state }) => state === "sent")).toBe(true);
});
