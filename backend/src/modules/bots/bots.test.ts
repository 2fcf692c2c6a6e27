import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createVault } from "@backend/kit/crypto.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import {
  createTestServer,
  makePerson,
  makeWorkspace,
  nextTelegramId,
  silentLog,
  type TestWorkspace,
  testVault,
} from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import { bots } from "@db/schema/bots.ts";
import { auditEntries, workspaces } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { eq, sql } from "drizzle-orm";
import { Api } from "grammy";
import { answerCallback } from "./actions/answer-callback.ts";
import { checkBots } from "./actions/check-bots.ts";
import { tellTexts } from "./actions/tell-texts.ts";
import { ensurePlatformBot, setUpAllBots, setUpBot } from "./index.ts";
import type { BotsPorts } from "./ports.ts";
import { botRoutes } from "./routes.ts";
import { testContext, testPorts } from "./testing.ts";

let database: TestDatabase;
let telegram: TelegramStandIn;
let at: TestWorkspace;
let telegramId: number;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  telegram = await startTelegramStandIn();
  await database.db.update(bots).set({ state: "inactive" });
  at = await makeWorkspace(database.db);
  telegramId = Number(at.token.split(":")[0]);
  telegram.addBot({ token: at.token, username: "renamed_bot", firstName: "Renamed" });
});
afterEach(() => telegram.stop());

const ports = (over: Partial<BotsPorts> = {}) => testPorts(telegram.apiRoot, over);
const context = (over: Partial<BotsPorts> = {}, now = new Date()) =>
  testContext(database.db, at.workspaceId, ports(over), now);
const row = async (botId = at.botId) => {
  const [bot] = await database.db.select().from(bots).where(eq(bots.id, botId));
  if (!bot) throw new Error("the bot is gone");
  return bot;
};
const api = () => new Api(at.token, { apiRoot: telegram.apiRoot });

describe("setting a bot up", () => {
  test("tells Telegram the commands in three languages, the menu button, and takes the name over", async () => {
    await setUpBot(context(), { botId: at.botId });
    await tellTexts(context(), { botId: at.botId });
    for (const [language, word] of [
      ["en", "Open the app"],
      ["ru", "Открыть приложение"],
      ["uk", "Відкрити застосунок"],
    ] as const) {
      const commands = await api().getMyCommands({ language_code: language });
      expect(commands.find(({ command }) => command === "app")?.description).toBe(word);
    }
    expect((await api().getMyCommands()).map(({ command }) => command)).toContain("stats");
    expect(await api().getChatMenuButton()).toMatchObject({
      type: "web_app",
      web_app: { url: `https://switchboard.example/app/${at.botId}/` },
    });
    expect(await row()).toMatchObject({ username: "renamed_bot", name: "Renamed", health: { problem: null } });
  });

  test("offers no button for the app at an address that Telegram refuses", async () => {
    await setUpBot(context({ publicUrl: "http://localhost:3000" }), { botId: at.botId });
    expect((await api().getChatMenuButton()).type).toBe("commands");
    expect((await row()).health?.problem).toBeNull();
  });

  test("in webhook mode sets the webhook with the secret and an explicit list of updates; in polling mode removes it", async () => {
    await setUpBot(context({ botMode: "webhook" }), { botId: at.botId });
    const info = await api().getWebhookInfo();
    expect(info.url).toBe(`https://switchboard.example/telegram/webhook/${at.botId}`);
    expect(info.url).not.toContain(at.token);
    expect([...(info.allowed_updates ?? [])].sort()).toEqual(
      (
        [
          "message",
          "callback_query",
          "my_chat_member",
          "chat_join_request",
          "pre_checkout_query",
          "managed_bot",
          "subscription",
        ] as const
      ).toSorted(),
    );
    await setUpBot(context(), { botId: at.botId });
    expect((await api().getWebhookInfo()).url ?? "").toBe("");
  });

  test("writes a refused token down as the bot's health and does not throw; anything else throws, to be tried again", async () => {
    telegram.addFault({ kind: "server_error", methods: ["*"] });
    await expect(setUpBot(context(), { botId: at.botId })).rejects.toBeInstanceOf(IntegrationError);
    expect((await row()).health?.problem).toBe("bots.telegram_away");
    telegram.clearFaults();
    telegram.revokeToken(telegramId);
    await setUpBot(context(), { botId: at.botId });
    expect((await row()).health?.problem).toBe("bots.token_refused");
  });

  test("that Telegram refuses is said in its words, stands until a set-up succeeds, and is nobody else's webhook", async () => {
    const unreachable = context({ botMode: "webhook", publicUrl: "http://switchboard.example" });
    await expect(setUpBot(unreachable, { botId: at.botId })).rejects.toBeInstanceOf(IntegrationError);
    const owner = await makePerson(database.db, at, { role: "owner" });
    const server = createTestServer(database.db, [botRoutes], ports());
    const said = async () => {
      const { body } = await server.call("GET", `/bots/${at.botId}`, { headers: owner.headers });
      return body.health.problem;
    };
    const refused = expect.objectContaining({ code: "bots.set_up_refused" });
    expect(await said()).toEqual(refused);
    expect((await said()).message).toContain("An HTTPS URL must be provided");
    await checkBots(unreachable);
    expect(await said()).toEqual(refused);
    telegram.addFault({ kind: "server_error", methods: ["*"] });
    await checkBots(unreachable);
    expect(await said()).toEqual(refused);
    telegram.clearFaults();
    await checkBots(unreachable);
    expect((await said()).message).toContain("An HTTPS URL must be provided");
    await Bun.sleep(1_050);
    await setUpBot(context({ botMode: "webhook" }), { botId: at.botId });
    expect(await said()).toBeNull();
  });

  test("is asked for once per active bot at start", async () => {
    const waiting = async () => {
      const [jobs] = await database.db.execute<{ count: number }>(
        sql`select count(*)::int as count from graphile_worker.jobs where key = ${`bots.set-up-bot:${at.botId}`}`,
      );
      return jobs?.count;
    };
    await setUpAllBots(database.db);
    await setUpAllBots(database.db);
    expect(await waiting()).toBe(1);
  });
});

describe("the platform bot", () => {
  const ensure = (token: string, workspaceId = at.workspaceId, vault = testVault) =>
    ensurePlatformBot(
      { db: database.db, log: silentLog, vault, accounts: ports().botAccounts },
      { workspaceId, token },
    );
  const newBot = () => {
    const id = nextTelegramId();
    const token = `${id}:${"t".repeat(35)}`;
    telegram.addBot({ token, username: `platform_${id}_bot` });
    return { id, token };
  };

  test("is stored once, also by processes that start at once, with the token sealed", async () => {
    const { token } = newBot();
    const made = await Promise.all([ensure(token), ensure(token), ensure(token)]);
    expect(new Set(made.map(({ botId }) => botId)).size).toBe(1);
    const stored = await row(made[0]?.botId);
    expect(stored).toMatchObject({ isPlatform: true, state: "active", workspaceId: at.workspaceId });
    expect(JSON.stringify(stored)).not.toContain(token);
    expect(testVault.open(stored.tokenSealed)).toBe(token);
    expect(testVault.open(stored.webhookSecretSealed).length).toBeGreaterThanOrEqual(32);
  });

  test("keeps its row when its token was renewed, and hands the mark to another bot when that takes its place", async () => {
    const first = newBot();
    const before = await ensure(first.token);
    const renewed = `${first.id}:${"u".repeat(35)}`;
    telegram.revokeToken(first.id);
    telegram.addBot({ token: renewed, username: `platform_${first.id}_bot` });
    expect((await ensure(renewed)).botId).toBe(before.botId);
    expect(testVault.open((await row(before.botId)).tokenSealed)).toBe(renewed);
    const second = await ensure(newBot().token);
    expect(second.botId).not.toBe(before.botId);
    expect([(await row(before.botId)).isPlatform, (await row(second.botId)).isPlatform]).toEqual([false, true]);
    expect((await row(before.botId)).state).toBe("active");
  });

  test("is sealed anew when SECRETS_KEY has changed and the old key is gone", async () => {
    const { token } = newBot();
    const { botId } = await ensure(token);
    const other = createVault("quite another secret for tests, long enough");
    await ensure(token, at.workspaceId, other);
    const stored = await row(botId);
    expect(other.open(stored.tokenSealed)).toBe(token);
    expect(() => other.open(stored.webhookSecretSealed)).not.toThrow();
  });

  test("known from the last start lets the product start while Telegram is away; a new one does not", async () => {
    const { token } = newBot();
    const { botId } = await ensure(token);
    const unknown = newBot();
    await telegram.goDown();
    expect((await ensure(token)).botId).toBe(botId);
    await expect(ensure(unknown.token)).rejects.toBeInstanceOf(IntegrationError);
    telegram.comeUp();
    telegram.revokeToken(Number(token.split(":")[0]));
    await expect(ensure(token)).rejects.toBeInstanceOf(IntegrationError);
  });

  test("with a token that Telegram does not know stops the start and stores nothing", async () => {
    const count = async (db: Db) => (await db.select().from(bots)).length;
    const before = await count(database.db);
    await expect(ensure(`99999999:${"x".repeat(35)}`)).rejects.toBeInstanceOf(IntegrationError);
    expect(await count(database.db)).toBe(before);
  });
});

describe("health", () => {
  test("notices a webhook that another program set, in both modes", async () => {
    await setUpBot(context({ botMode: "webhook" }), { botId: at.botId });
    await checkBots(context({ botMode: "webhook" }));
    expect((await row()).health?.problem).toBeNull();
    // Telegram takes one setWebhook a second.
    await Bun.sleep(1_050);
    await api().setWebhook("https://thief.example/hook");
    await checkBots(context({ botMode: "webhook" }));
    expect((await row()).health?.problem).toBe("bots.webhook_elsewhere");
    await checkBots(context());
    expect((await row()).health?.problem).toBe("bots.webhook_elsewhere");
  });

  test("has a webhook that lacks kinds of updates set up anew, and leaves one that has them, and others', alone", async () => {
    const jobs = async () => {
      const [found] = await database.db.execute<{ count: number }>(
        sql`select count(*)::int as count from graphile_worker._private_jobs j
          join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'bots.set-up-bot' and j.payload->>'botId' = ${at.botId}`,
      );
      return found?.count;
    };
    const check = async (url: string, allowed_updates: ["message"] | []) => {
      await Bun.sleep(1_050);
      await api().setWebhook(url, { allowed_updates });
      await checkBots(context({ botMode: "webhook" }));
      return jobs();
    };
    const ours = `https://switchboard.example/telegram/webhook/${at.botId}`;
    await setUpBot(context({ botMode: "webhook" }), { botId: at.botId });
    await checkBots(context({ botMode: "webhook" }));
    expect(await jobs()).toBe(0);
    expect(await check("https://thief.example/hook", ["message"])).toBe(0);
    // Telegram's own list has all that we ask for.
    expect(await check(ours, [])).toBe(0);
    expect(await check(ours, ["message"])).toBe(1);
    await Bun.sleep(1_050);
    await setUpBot(context({ botMode: "webhook" }), { botId: at.botId });
    expect((await api().getWebhookInfo()).allowed_updates).toContain("subscription");
  });

  test("of one dead bot does not keep the others from being asked", async () => {
    const second = await makeWorkspace(database.db);
    telegram.addBot({ token: second.token, username: "second_bot" });
    telegram.revokeToken(telegramId);
    await checkBots(context());
    expect((await row()).health?.problem).toBe("bots.token_refused");
    expect((await row(second.botId)).health?.problem).toBeNull();
  });

  test("leaves a quarrel over polling to the poller, who alone knows when it has ended", async () => {
    const health = { checkedAt: new Date().toISOString(), problem: "bots.polled_elsewhere" };
    await database.db.update(bots).set({ health }).where(eq(bots.id, at.botId));
    await checkBots(context());
    expect((await row()).health?.problem).toBe("bots.polled_elsewhere");
  });
});

describe("a pressed button", () => {
  test("that Telegram no longer knows is let go; a failure on the way is tried again", async () => {
    await answerCallback(context(), { botId: at.botId, queryId: "1" });
    telegram.addFault({ kind: "server_error", methods: ["*"] });
    await expect(answerCallback(context(), { botId: at.botId, queryId: "1" })).rejects.toBeInstanceOf(IntegrationError);
  });
});

describe("the list of bots", () => {
  test("shows health in the reader's language and no secret at all", async () => {
    const owner = await makePerson(database.db, at, { role: "owner" });
    const server = createTestServer(database.db, [botRoutes], ports());
    const health = {
      checkedAt: new Date().toISOString(),
      problem: "bots.webhook_failing",
      pendingUpdates: 3,
      lastError: `Wrong response at https://x/${at.token}`,
    };
    await database.db.update(bots).set({ health }).where(eq(bots.id, at.botId));
    const { body } = await server.call("GET", "/bots", { headers: owner.headers });
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).toMatchObject({ id: at.botId, state: "active", canLaunchApp: true, mode: "polling" });
    expect(body.items[0].health.problem).toMatchObject({ code: "bots.webhook_failing" });
    const text = JSON.stringify(body);
    expect(text).not.toContain(at.token.split(":")[1] ?? "");
    const stored = await row();
    for (const secret of [stored.tokenSealed, stored.webhookSecretSealed, testVault.open(stored.webhookSecretSealed)])
      expect(text).not.toContain(secret);
  });

  test("a member asks for a set-up, which leaves a job and a trace; a stranger's bot is not found", async () => {
    const owner = await makePerson(database.db, at, { role: "owner" });
    const server = createTestServer(database.db, [botRoutes], ports());
    expect((await server.call("POST", `/bots/${at.botId}/set-up`, { headers: owner.headers })).status).toBe(200);
    const traces = await database.db.select().from(auditEntries).where(eq(auditEntries.workspaceId, at.workspaceId));
    expect(traces.map(({ action }) => action)).toEqual(["bot.set_up_requested"]);
    const other = await makeWorkspace(database.db);
    for (const botId of [other.botId, crypto.randomUUID()])
      expect(await server.call("GET", `/bots/${botId}`, { headers: owner.headers })).toMatchObject({
        status: 404,
        body: { error: { code: "bots.bot_not_found" } },
      });
  });

  test("is switched off while people are imported into it", async () => {
    const owner = await makePerson(database.db, at, { role: "owner" });
    const server = createTestServer(database.db, [botRoutes], ports());
    const isOff = await database.db.transaction(async (importing) => {
      await importing.execute(sql`
        insert into subscribers (workspace_id, bot_id, telegram_id, origin, state)
        values (${at.workspaceId}, ${at.botId}, ${nextTelegramId()}, 'import', 'unreachable')`);
      const { status, body } = await server.call("POST", `/bots/${at.botId}/deactivate`, { headers: owner.headers });
      return [status, body.state];
    });
    expect(isOff).toEqual([200, "inactive"]);
  });

  test("goes with its workspace", async () => {
    await database.db.delete(workspaces).where(eq(workspaces.id, at.workspaceId));
    expect(await database.db.select().from(bots).where(eq(bots.id, at.botId))).toEqual([]);
  });
});
