import { expect, setDefaultTimeout, test } from "bun:test";
import { fileURLToPath } from "node:url";
import { queueDeliveries } from "@backend/modules/messaging/index.ts";
import type { TestBot } from "@backend/modules/messaging/testing.ts";
import { lanes } from "@db/schema/messaging.ts";
import { isNotNull } from "drizzle-orm";
import { type Processes, processesOf } from "./processes.ts";
import { createRig, html, type Rig, until } from "./rig.ts";

setDefaultTimeout(30_000);

const script = fileURLToPath(new URL("./lane-process.ts", import.meta.url));

type House = Rig & Pick<Processes, "launch">;

/** Each test has a database, a Telegram and processes of its own, so that they can wait for each other's deaths at once. */
const inHouse = (name: string, work: (house: House) => Promise<void>) =>
  test.concurrent(name, async () => {
    // Many processes on few cores are late by more than a strict server forgives (sending.test.ts has that one); two senders
    // at once would still be refused within a second.
    const rig = await createRig({ limits: { botTolerance: 15 } });
    const { launch, end } = processesOf(rig, script);
    try {
      await work({ ...rig, launch });
    } finally {
      await end();
      await rig.stop();
    }
  });

async function broadcast(rig: Rig, bot: TestBot, count: number): Promise<number[]> {
  const people = await Promise.all(Array.from({ length: count }, () => rig.person(bot)));
  await queueDeliveries(
    rig.database.db,
    people.map(({ chat, telegramId }) => ({
      workspaceId: bot.workspaceId,
      chatId: chat.id,
      lane: "broadcast" as const,
      content: { kind: "text" as const, html: `to ${telegramId}` },
    })),
  );
  return people.map(({ telegramId }) => telegramId);
}

/** The product's own report and Telegram's agree on every recipient; unknown ones may be either. */
async function expectAgreement(rig: Rig, bot: TestBot, people: readonly number[], mostUnknown: number): Promise<void> {
  const rows = await rig.rows(bot);
  const unknown = new Set(rows.filter(({ state }) => state === "unknown").map(html));
  expect(unknown.size).toBeLessThanOrEqual(mostUnknown);
  expect(rows.filter(({ state }) => state === "sent").length + unknown.size).toBe(people.length);
  for (const row of rows.filter(({ state }) => state === "sent")) expect(rig.texts(bot)).toContain(html(row));
  expect(new Set(rig.texts(bot)).size).toBe(rig.texts(bot).length);
}

inHouse("processes share the bots, and of two at once each bot has one sender", async (rig) => {
  const bots = await Promise.all(Array.from({ length: 4 }, () => rig.bot()));
  const people = await Promise.all(bots.map((bot) => broadcast(rig, bot, 60)));
  const [one, two] = [await rig.start(), await rig.start()];
  await until("the lanes are shared out", () => one.numbers().lanes === 2 && two.numbers().lanes === 2);
  await until("all settled", async () => (await Promise.all(bots.map(rig.isSettled))).every(Boolean));
  for (const [n, bot] of bots.entries()) {
    await expectAgreement(rig, bot, people[n] ?? [], 0);
    expect(rig.telegram.counters(bot.telegramId)).toMatchObject({ refused429: 0, ignoredWaits: 0 });
  }
  expect(rig.texts(bots[0] as TestBot)).toHaveLength(60);
});

inHouse("a process that stops hands its lanes over at once, with nothing uncertain", async (rig) => {
  const bot = await rig.bot();
  const people = await broadcast(rig, bot, 60);
  const one = rig.launch();
  await until("it sends", () => rig.texts(bot).length > 10);
  one.kill("SIGTERM");
  expect(await one.exited).toBe(0);
  expect((await rig.rows(bot)).filter(({ state }) => state === "sending" || state === "unknown")).toHaveLength(0);
  await rig.start();
  await until("all settled", () => rig.isSettled(bot));
  await expectAgreement(rig, bot, people, 0);
  expect(rig.texts(bot)).toHaveLength(60);
  expect(rig.telegram.counters(bot.telegramId).refused429).toBe(0);
});

inHouse("kill -9 in the middle of a broadcast: another goes on within seconds, no copies, few unknown", async (rig) => {
  const bot = await rig.bot();
  const people = await broadcast(rig, bot, 150);
  const one = rig.launch();
  await until("it sends", () => rig.texts(bot).length > 15);
  rig.launch();
  await Bun.sleep(700);
  one.kill("SIGKILL");
  await one.exited;
  const atKill = rig.texts(bot).length;
  await until("another goes on", () => rig.texts(bot).length > atKill + 3);
  await until("all settled", () => rig.isSettled(bot), 20_000);
  await expectAgreement(rig, bot, people, 25);
  expect(rig.telegram.counters(bot.telegramId)).toMatchObject({ refused429: 0, ignoredWaits: 0 });
});

inHouse(
  "killed between Telegram's answer and our record: a broadcast is unknown, an alert comes a second time",
  async (rig) => {
    const bot = await rig.bot();
    const { chat } = await rig.person(bot);
    const { chat: other } = await rig.person(bot);
    await rig.queue(bot, chat, "alert");
    const first = rig.launch("messaging.answered");
    expect(await first.exited).not.toBe(0);
    expect(rig.texts(bot)).toEqual(["alert"]);
    const second = rig.launch("messaging.answered:2");
    await rig.queue(bot, other, "news", { lane: "broadcast" });
    expect(await second.exited).not.toBe(0);
    await rig.start();
    await until("all settled", () => rig.isSettled(bot));
    const rows = await rig.rows(bot);
    // Both were answered when the process died: whichever had been recorded by then is sent.
    expect(rig.texts(bot).filter((text) => text === "news")).toEqual(["news"]);
    expect(rig.texts(bot).filter((text) => text === "alert").length).toBeLessThanOrEqual(2);
    expect(["sent", "unknown"]).toContain(rows.find((row) => html(row) === "news")?.state ?? "");
    expect(["sent", "unknown"]).toContain(rows.find((row) => html(row) === "alert")?.state ?? "");
  },
);

inHouse(
  "killed between our mark and the call: the alert still arrives, the broadcast is left to a person",
  async (rig) => {
    const bot = await rig.bot();
    const { chat } = await rig.person(bot);
    await rig.queue(bot, chat, "alert");
    expect(await rig.launch("messaging.claimed").exited).not.toBe(0);
    expect(rig.texts(bot)).toEqual([]);
    await rig.start();
    await until("it arrived", () => rig.texts(bot).length === 1);
    await until("all settled", () => rig.isSettled(bot));
    expect((await rig.rows(bot)).map(({ state }) => state)).toEqual(["sent"]);
  },
);

inHouse("the database drops every connection in mid-broadcast: nothing lost, no copies", async (rig) => {
  const bot = await rig.bot();
  const people = await broadcast(rig, bot, 90);
  await rig.start();
  for (const count of [15, 40, 60]) {
    await until("it sends", () => rig.texts(bot).length > count);
    await rig.database.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.catch(() => {});
  }
  await until("all settled", () => rig.isSettled(bot).catch(() => false), 20_000);
  await expectAgreement(rig, bot, people, 0);
  expect(rig.texts(bot)).toHaveLength(90);
});

inHouse("a frozen process that wakes up after it was taken for dead sends nothing from its old lane", async (rig) => {
  const bot = await rig.bot();
  const people = await broadcast(rig, bot, 120);
  const one = rig.launch();
  await until("it sends", () => rig.texts(bot).length > 10);
  one.kill("SIGSTOP");
  rig.launch();
  const frozen = rig.texts(bot).length;
  await until("the other has taken over", () => rig.texts(bot).length > frozen + 5);
  one.kill("SIGCONT");
  await until("all settled", () => rig.isSettled(bot), 20_000);
  await expectAgreement(rig, bot, people, 25);
  expect(rig.telegram.counters(bot.telegramId)).toMatchObject({ refused429: 0, ignoredWaits: 0 });
  const owners = await rig.database.db.select().from(lanes).where(isNotNull(lanes.ownerId));
  expect(owners).toHaveLength(1);
});
