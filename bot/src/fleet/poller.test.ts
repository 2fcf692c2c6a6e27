import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { telegramAccounts } from "@backend/integrations/telegram/accounts.ts";
import { createIntake } from "@backend/kit/inbox.ts";
import { bots } from "@db/schema/bots.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { asc, eq } from "drizzle-orm";
import { Api } from "grammy";
import { createTakeUpdate, type TakeUpdate } from "../intake/take-update.ts";
import { makeWorkspaceBot, silentLog, testVault, type WorkspaceBot } from "../testing.ts";
import { type Poller, startPoller } from "./poller.ts";

let database: TestDatabase;
let telegram: TelegramStandIn;
let at: WorkspaceBot;
const pollers: Poller[] = [];
const ann = 700_000_001;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  telegram = await startTelegramStandIn();
  telegram.people.addPerson({ id: ann, firstName: "Ann" });
  await database.db.update(bots).set({ state: "inactive" });
  at = await makeWorkspaceBot(database.db);
  telegram.addBot({ token: at.token, username: at.bot.username });
});
afterEach(async () => {
  for (const poller of pollers.splice(0)) await poller.stop();
  await telegram.stop();
});

const takeUpdate = (): TakeUpdate =>
  createTakeUpdate({ vault: testVault, intake: createIntake(database.db), log: silentLog });

function start(over: { takeUpdate?: TakeUpdate; leaseMs?: number; pollTimeoutSec?: number } = {}): Poller {
  const poller = startPoller({
    db: database.db,
    vault: testVault,
    accounts: telegramAccounts(telegram.apiRoot),
    takeUpdate: over.takeUpdate ?? takeUpdate(),
    log: silentLog,
    pollTimeoutSec: over.pollTimeoutSec ?? 2,
    scanEveryMs: 30,
    leaseMs: over.leaseMs ?? 10_000,
    firstPauseMs: 10,
    longestPauseMs: 100,
  });
  pollers.push(poller);
  return poller;
}

const stored = () =>
  database.db.select().from(inboundEvents).where(eq(inboundEvents.sourceId, at.bot.id)).orderBy(asc(inboundEvents.id));
const row = async () => {
  const [bot] = await database.db.select().from(bots).where(eq(bots.id, at.bot.id));
  if (!bot) throw new Error("the bot is gone");
  return bot;
};
const texts = async () =>
  (await stored()).map(({ body }) => JSON.parse(new TextDecoder().decode(body ?? new Uint8Array())).message.text);

async function until(condition: () => Promise<boolean> | boolean, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error("waited too long");
    await Bun.sleep(10);
  }
}
const say = (text: string) => telegram.people.userSends(at.bot.telegramId, ann, text);

describe("the poller", () => {
  test("stores updates raw, in order, and confirms them to Telegram", async () => {
    for (let n = 0; n < 5; n++) say(`/start ${n}`);
    start();
    await until(async () => (await stored()).length === 5);
    expect(await texts()).toEqual(["/start 0", "/start 1", "/start 2", "/start 3", "/start 4"]);
    expect((await stored())[0]).toMatchObject({ source: "telegram", method: "POLL", status: "received" });
    await until(async () => (await row()).pollOffset > 0);
    await until(
      async () => (await new Api(at.token, { apiRoot: telegram.apiRoot }).getWebhookInfo()).pending_update_count === 0,
    );
  });

  test("hears an update that comes while it waits at once, not when the wait is over", async () => {
    start({ pollTimeoutSec: 50 });
    await until(async () => telegram.calls("getUpdates") > 0);
    say("/start now");
    await until(async () => (await stored()).length === 1);
  });

  test("asks again for what could not be stored: the offset moves only after the rows are there", async () => {
    const real = takeUpdate();
    let failures = 3;
    say("/start kept");
    start({
      takeUpdate: (...call) => (failures-- > 0 ? Promise.reject(new Error("database away")) : real(...call)),
    });
    await until(async () => (await stored()).length === 1);
    expect(await texts()).toEqual(["/start kept"]);
  });

  test("that died between storing and confirming repeats updates, and they are still there once", async () => {
    say("/start once");
    const first = start();
    await until(async () => (await row()).pollOffset > 0);
    await first.stop();
    // As if the process had died before it wrote the offset.
    await database.db.update(bots).set({ pollOffset: 0 }).where(eq(bots.id, at.bot.id));
    const again: number[] = [];
    const real = takeUpdate();
    say("/start twice");
    start({
      takeUpdate: (bot, update, origin) => {
        again.push(update.update_id);
        return real(bot, update, origin);
      },
    });
    await until(async () => (await stored()).length === 2);
    expect(again.length).toBeGreaterThanOrEqual(1);
    expect(await texts()).toEqual(["/start once", "/start twice"]);
  });

  test("polls a bot in one process at a time; another takes over from one that stops and from one that died", async () => {
    const first = start();
    await until(() => first.botIds.length === 1);
    const second = start();
    await Bun.sleep(150);
    expect(second.botIds).toEqual([]);
    await first.stop();
    await until(() => second.botIds.length === 1);
    await second.stop();
    await database.db
      .update(bots)
      .set({ pollerId: "a process that was killed", pollerUntil: new Date(Date.now() + 2_000) })
      .where(eq(bots.id, at.bot.id));
    const third = start();
    await Bun.sleep(100);
    expect(third.botIds).toEqual([]);
    await until(() => third.botIds.length === 1);
  });

  test("carries many bots at once, and one with a dead token holds up no other", async () => {
    const other = await makeWorkspaceBot(database.db);
    telegram.addBot({ token: other.token, username: other.bot.username });
    telegram.revokeToken(other.bot.telegramId);
    say("/start fine");
    start();
    await until(async () => (await stored()).length === 1);
    await until(async () => {
      const [bot] = await database.db.select().from(bots).where(eq(bots.id, other.bot.id));
      return bot?.health?.problem === "bots.token_refused";
    });
    expect((await row()).health?.problem ?? null).toBeNull();
  });

  test("takes a forgotten webhook away and goes on", async () => {
    const api = new Api(at.token, { apiRoot: telegram.apiRoot });
    await api.setWebhook("http://127.0.0.1:9/hook");
    say("/start past the webhook");
    start();
    await until(async () => (await stored()).length === 1);
    expect((await api.getWebhookInfo()).url ?? "").toBe("");
  });

  test("says so when another program polls with the same token, and takes it back when that has ended", async () => {
    start();
    const api = new Api(at.token, { apiRoot: telegram.apiRoot });
    let isRivalling = true;
    const rival = (async () => {
      while (isRivalling) await api.getUpdates({ timeout: 1 }).catch(() => Bun.sleep(5));
    })();
    await until(async () => (await row()).health?.problem === "bots.polled_elsewhere");
    isRivalling = false;
    await rival;
    await until(async () => (await row()).health?.problem === null);
    say("/start after the quarrel");
    await until(async () => (await stored()).length >= 1);
  });

  test("uses a new token without a restart", async () => {
    const poller = start();
    await until(() => poller.botIds.length === 1);
    telegram.revokeToken(at.bot.telegramId);
    await until(async () => (await row()).health?.problem === "bots.token_refused");
    const token = `${at.bot.telegramId}:${"n".repeat(35)}`;
    telegram.addBot({ token, username: at.bot.username });
    await database.db
      .update(bots)
      .set({ tokenSealed: testVault.seal(token) })
      .where(eq(bots.id, at.bot.id));
    say("/start again");
    await until(async () => (await stored()).length === 1);
  });

  test("survives Telegram being down", async () => {
    await telegram.goDown();
    start();
    await Bun.sleep(150);
    telegram.comeUp();
    say("/start after the fall");
    await until(async () => (await stored()).length === 1);
  });

  test("keeps its lease through a long poll, and lets go when the bot is switched off", async () => {
    const poller = start({ leaseMs: 1_500 });
    await until(() => poller.botIds.length === 1);
    const rival = start({ leaseMs: 1_500 });
    await Bun.sleep(2_500);
    expect(rival.botIds).toEqual([]);
    await database.db.update(bots).set({ state: "inactive" }).where(eq(bots.id, at.bot.id));
    await until(() => poller.botIds.length === 0);
  });

  test("stops at once in the middle of a long poll and gives its lease back", async () => {
    // A stop that waited for the poll would pass the time that a test has.
    const poller = start({ pollTimeoutSec: 50 });
    await until(async () => telegram.calls("getUpdates") > 0);
    await poller.stop();
    expect((await row()).pollerId).toBeNull();
  });
});
