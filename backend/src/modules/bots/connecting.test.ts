import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { telegramAccounts } from "@backend/integrations/telegram/accounts.ts";
import { pause } from "@backend/kit/clock.ts";
import { inTransaction } from "@backend/kit/context.ts";
import { setReactions, when } from "@backend/kit/events.ts";
import {
  createTestServer,
  makePerson,
  makeWorkspace,
  nextTelegramId,
  signedHeaders,
  type TestPerson,
  type TestWorkspace,
  testVault,
} from "@backend/modules/identity/testing.ts";
import { queueDelivery, registerChat } from "@backend/modules/messaging/index.ts";
import { bots } from "@db/schema/bots.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { deliveries, lanes } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { and, eq, isNull, sql } from "drizzle-orm";
import { Api } from "grammy";
import { checkBots } from "./actions/check-bots.ts";
import { maxBots } from "./actions/connect-bot.ts";
import { disconnectBot } from "./actions/disconnect-bot.ts";
import { tellBotTaken } from "./actions/tell-bot-taken.ts";
import { withdrawBot } from "./actions/withdraw-bot.ts";
import { botDisconnected, setUpBot, tellBotTakenJob, workspaceBots } from "./index.ts";
import type { BotsPorts } from "./ports.ts";
import { botRoutes } from "./routes.ts";
import { testContext, testPorts } from "./testing.ts";

let database: TestDatabase;
let telegram: TelegramStandIn;
let ann: TestWorkspace;
let owner: TestPerson;
let bob: TestWorkspace;
let bobsOwner: TestPerson;

beforeAll(async () => {
  database = await createTestDatabase();
  setReactions([
    when(botDisconnected, tellBotTakenJob, ({ workspaceId, botId, why }) =>
      why === "taken_over" ? { workspaceId, botId } : null,
    ),
  ]);
});
afterAll(async () => {
  setReactions([]);
  await database.drop();
});
beforeEach(async () => {
  telegram = await startTelegramStandIn();
  await database.db.update(bots).set({ state: "inactive" });
  ann = await makeWorkspace(database.db);
  bob = await makeWorkspace(database.db);
  owner = await makePerson(database.db, ann, { role: "owner" });
  bobsOwner = await makePerson(database.db, bob, { role: "owner" });
  for (const { token } of [ann, bob]) telegram.addBot({ token, username: `main_${token.split(":")[0]}_bot` });
});
afterEach(() => telegram.stop());

const ports = (over: Partial<BotsPorts> = {}) => testPorts(telegram.apiRoot, over);
const context = (at: TestWorkspace, now = new Date()) => testContext(database.db, at.workspaceId, ports(), now);
const call = (method: string, path: string, who: TestPerson, body?: unknown) =>
  createTestServer(database.db, [botRoutes], ports()).call(method, path, { headers: who.headers, body });
const connect = (who: TestPerson, token: string, takeOver?: boolean) =>
  call("POST", "/bots", who, { token, ...(takeOver === undefined ? {} : { takeOver }) });

function newBot(id = nextTelegramId()): { id: number; token: string; username: string } {
  const token = `${id}:${crypto.randomUUID().replaceAll("-", "")}abc`;
  const username = `shop_${id}_bot`;
  telegram.addBot({ token, username, firstName: "Shop" });
  return { id, token, username };
}
const row = async (botId: string) => {
  const [bot] = await database.db.select().from(bots).where(eq(bots.id, botId));
  if (!bot) throw new Error("the bot is gone");
  return bot;
};
const living = (telegramId: number) =>
  database.db
    .select()
    .from(bots)
    .where(and(eq(bots.telegramId, telegramId), isNull(bots.releasedAt)));
const waitingJobs = async (name: string, botId: string) => {
  const [jobs] = await database.db.execute<{ count: number }>(sql`
    select count(*)::int as count from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier = ${name} and j.payload->>'botId' = ${botId}`);
  return jobs?.count;
};
const waitingForLocks = async () =>
  (
    await database.db.execute(sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
  ).length;
const traces = async (at: TestWorkspace) =>
  (
    await database.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.workspaceId, at.workspaceId))
      .orderBy(auditEntries.at)
  ).map(({ action }) => action);

describe("connecting by token", () => {
  test("stops at two hundred, also when several are connected at once", async () => {
    await database.db.insert(bots).values(
      Array.from({ length: maxBots - 2 }, () => {
        const id = nextTelegramId();
        const sealed = { tokenSealed: "sealed", webhookSecretSealed: "sealed" };
        return { workspaceId: ann.workspaceId, telegramId: id, username: `b_${id}`, name: "B", ...sealed };
      }),
    );
    const tokens = Array.from({ length: 6 }, () => newBot().token);
    const answers = await Promise.all(tokens.map((token) => connect(owner, token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.error.code).toBe("bots.too_many");
  });

  test("asks Telegram whose it is, seals it, sets the bot up, and shows it to nobody", async () => {
    const bot = newBot();
    const message = `Done! Use this token to access the HTTP API:\n${bot.token}\nKeep your token secure`;
    const { status, body } = await connect(owner, message);
    expect(status).toBe(200);
    expect(body).toMatchObject({ username: bot.username, name: "Shop", state: "active", telegramId: bot.id });
    const stored = await row(body.id);
    expect(testVault.open(stored.tokenSealed)).toBe(bot.token);
    expect(await waitingJobs("bots.set-up-bot", body.id)).toBe(1);
    expect(await traces(ann)).toEqual(["bot.connected"]);
    const seen = JSON.stringify([
      body,
      (await call("GET", "/bots", owner)).body,
      (await call("GET", `/bots/${body.id}`, owner)).body,
      (await database.db.select().from(auditEntries)).map(({ before, after }) => [before, after]),
    ]);
    for (const secret of [bot.token, bot.token.split(":")[1] ?? "", stored.tokenSealed, stored.webhookSecretSealed])
      expect(seen).not.toContain(secret);
  });

  test.each([
    "",
    "not a token",
    "12:short",
    `${"1".repeat(10)}:${"x".repeat(35)} and ${"2".repeat(10)}:${"y".repeat(35)}`,
  ])("refuses %p, which is no one token, without asking Telegram", async (token) => {
    const asked = telegram.calls("getme");
    const { status, body } = await connect(owner, token === "" ? " " : token);
    expect([status, body.error.code]).toEqual([422, "bots.token_malformed"]);
    expect(telegram.calls("getme")).toBe(asked);
  });

  test("refuses a token that Telegram does not know, and says so when Telegram is away; the token is in no answer", async () => {
    const unknown = `99999999:${"x".repeat(35)}`;
    const refused = await connect(owner, unknown);
    expect([refused.status, refused.body.error.code]).toEqual([422, "bots.token_unknown"]);
    await telegram.goDown();
    const away = await connect(owner, unknown);
    expect([away.status, away.body.error.code]).toEqual([503, "bots.telegram_away"]);
    expect(JSON.stringify([refused.body, away.body])).not.toContain("x".repeat(35));
    expect(await traces(ann)).toEqual([]);
  });

  test("twice, also at once, makes one bot", async () => {
    const bot = newBot();
    const answers = await Promise.all(Array.from({ length: 5 }, () => connect(owner, bot.token)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(await living(bot.id)).toHaveLength(1);
    const { body } = await call("GET", "/bots", owner);
    expect(body.items).toHaveLength(2);
  });

  test("needs the right to manage bots", async () => {
    const manager = await makePerson(database.db, ann, { role: "manager" });
    expect((await connect(manager, newBot().token)).status).toBe(403);
  });
});

describe("a bot that another workspace has connected", () => {
  test("is taken only by whoever says so, and its waiting messages go with it", async () => {
    const bot = newBot();
    const { body: theirs } = await connect(bobsOwner, bot.token);
    const chat = await registerChat(database.db, {
      workspaceId: bob.workspaceId,
      botId: theirs.id,
      telegramChatId: nextTelegramId(),
      kind: "private",
      title: "Customer",
    });
    const message = { workspaceId: bob.workspaceId, chatId: chat.id, content: { kind: "text" as const, html: "x" } };
    const { id } = await queueDelivery(database.db, { ...message, lane: "broadcast" });
    const refused = await connect(owner, bot.token);
    expect([refused.status, refused.body.error.code]).toEqual([409, "bots.connected_elsewhere"]);
    expect((await row(theirs.id)).state).toBe("active");

    const { status, body } = await connect(owner, bot.token, true);
    expect(status).toBe(200);
    expect(await living(bot.id)).toMatchObject([{ id: body.id, workspaceId: ann.workspaceId }]);
    expect(await row(theirs.id)).toMatchObject({ state: "disconnected", workspaceId: bob.workspaceId });
    expect(testVault.open((await row(theirs.id)).tokenSealed)).toBe("");
    const [waited] = await database.db
      .select()
      .from(deliveries)
      .where(eq(deliveries.id, BigInt(id ?? 0)));
    expect(waited).toMatchObject({ state: "cancelled", errorCode: "messaging.failed.bot_gone" });
    const late = await queueDelivery(database.db, { ...message, lane: "service" });
    const [refusedLate] = await database.db
      .select()
      .from(deliveries)
      .where(eq(deliveries.id, BigInt(late.id ?? 0)));
    expect(refusedLate).toMatchObject({ state: "failed", errorCode: "messaging.failed.bot_gone" });

    expect(await traces(bob)).toEqual(["bot.connected", "bot.taken_over"]);
    for (const path of [`/bots/${theirs.id}`, `/bots/${body.id}`])
      expect((await call("GET", path, bobsOwner)).status).toBe(404);
    expect((await call("GET", "/bots", bobsOwner)).body.items).toHaveLength(1);
  });

  test("is told of to the owners of the workspace that lost it, once, through a bot they still have", async () => {
    const bot = newBot();
    const { body: theirs } = await connect(bobsOwner, bot.token);
    const contact = {
      workspaceId: bob.workspaceId,
      personId: bobsOwner.personId,
      kind: "private",
      title: "Bob",
    } as const;
    await registerChat(database.db, { ...contact, botId: theirs.id, telegramChatId: bobsOwner.telegramId });
    const own = await registerChat(database.db, { ...contact, botId: bob.botId, telegramChatId: bobsOwner.telegramId });
    await connect(owner, bot.token, true);
    expect(await waitingJobs("bots.tell-bot-taken", theirs.id)).toBe(1);
    for (let n = 0; n < 2; n++) await tellBotTaken(context(bob), { workspaceId: bob.workspaceId, botId: theirs.id });
    const told = await database.db.select().from(deliveries).where(eq(deliveries.subjectId, theirs.id));
    expect(told).toMatchObject([{ chatId: own.id, state: "queued", rank: 0 }]);
    expect(JSON.stringify(told[0]?.content)).toContain(`@${bot.username}`);
  });

  test("has one owner, however many take it at once", async () => {
    const bot = newBot();
    await connect(bobsOwner, bot.token);
    const others = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const at = await makeWorkspace(database.db);
        return makePerson(database.db, at, { role: "owner" });
      }),
    );
    const answers = await Promise.all([owner, ...others].map((who) => connect(who, bot.token, true)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await living(bot.id)).toHaveLength(1);
    const unasked = newBot();
    const first = await Promise.all([owner, ...others].map((who) => connect(who, unasked.token)));
    expect(first.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409]);
    expect(await living(unasked.id)).toHaveLength(1);
  });

  test("is not taken when it is the bot of the installation", async () => {
    await database.db.update(bots).set({ isPlatform: true }).where(eq(bots.id, bob.botId));
    const { status, body } = await connect(owner, bob.token, true);
    expect([status, body.error.code]).toEqual([409, "bots.platform_stays"]);
    await database.db.update(bots).set({ isPlatform: false }).where(eq(bots.id, bob.botId));
  });
});

describe("replacing a token", () => {
  test("takes one of the same bot and of no other", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    telegram.revokeToken(bot.id);
    const renewed = newBot(bot.id);
    expect((await call("PUT", `/bots/${body.id}/token`, owner, { token: renewed.token })).status).toBe(200);
    expect(testVault.open((await row(body.id)).tokenSealed)).toBe(renewed.token);
    const other = await call("PUT", `/bots/${body.id}/token`, owner, { token: newBot().token });
    expect([other.status, other.body.error.code]).toEqual([409, "bots.other_bot"]);
    expect(testVault.open((await row(body.id)).tokenSealed)).toBe(renewed.token);
  });

  test("brings a bot back whose token was revoked in the middle, with what waited for it", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    await setUpBot(context(ann), { botId: body.id });
    telegram.revokeToken(bot.id);
    for (let n = 0; n < 2; n++) await checkBots(context(ann));
    expect(await row(body.id)).toMatchObject({ state: "disconnected", health: { problem: "bots.token_refused" } });
    expect((await traces(ann)).filter((action) => action === "bot.token_refused")).toHaveLength(1);
    const { body: shown } = await call("GET", `/bots/${body.id}`, owner);
    expect(shown).toMatchObject({ state: "disconnected", health: { problem: { code: "bots.token_refused" } } });
    const still = await call("POST", `/bots/${body.id}/activate`, owner);
    expect([still.status, still.body.error.code]).toEqual([409, "bots.token_refused"]);

    await database.db
      .update(lanes)
      .set({ pausedUntil: sql`'infinity'::timestamptz`, pausedReason: "token" })
      .where(eq(lanes.botId, body.id));
    const renewed = newBot(bot.id);
    const back = await call("PUT", `/bots/${body.id}/token`, owner, { token: renewed.token });
    expect(back.body).toMatchObject({ state: "active", health: null });
    const [lane] = await database.db.select().from(lanes).where(eq(lanes.botId, body.id));
    expect(lane).toMatchObject({ pausedReason: null });
  });

  test("that happened while Telegram was asked about the former one does not mark the bot as disconnected", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    telegram.revokeToken(bot.id);
    const asks = telegramAccounts(telegram.apiRoot);
    const renewed = `${bot.id}:${"n".repeat(35)}`;
    const racing = {
      ...asks,
      async webhookInfo(token: string) {
        await database.db
          .update(bots)
          .set({ tokenSealed: testVault.seal(renewed) })
          .where(eq(bots.id, body.id));
        return asks.webhookInfo(token);
      },
    };
    const ctx = context(ann);
    await database.db.update(bots).set({ state: "inactive" }).where(sql`id <> ${body.id}`);
    await checkBots({ ...ctx, ports: { ...ctx.ports, botAccounts: racing } });
    expect((await row(body.id)).state).toBe("active");
  });
});

describe("switching off and on", () => {
  test("stops the lane and takes the webhook back, and what waits keeps waiting", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    await setUpBot({ ...context(ann), ports: ports({ botMode: "webhook" }) }, { botId: body.id });
    expect((await call("POST", `/bots/${body.id}/deactivate`, owner)).body).toMatchObject({ state: "inactive" });
    await withdrawBot(context(ann), { botId: body.id });
    const api = new Api(bot.token, { apiRoot: telegram.apiRoot });
    // A button that would open the app to a refusal goes with the webhook.
    expect([(await api.getWebhookInfo()).url ?? "", (await api.getChatMenuButton()).type]).toEqual(["", "commands"]);
    const chat = await registerChat(database.db, {
      workspaceId: ann.workspaceId,
      botId: body.id,
      telegramChatId: nextTelegramId(),
      kind: "private",
      title: "X",
    });
    await queueDelivery(database.db, {
      workspaceId: ann.workspaceId,
      chatId: chat.id,
      lane: "alert",
      content: { kind: "text", html: "x" },
    });
    const lane = async () => (await database.db.select().from(lanes).where(eq(lanes.botId, body.id)))[0]?.pausedReason;
    expect(await lane()).toBe("off");
    const stateOf = async () =>
      (await database.db.select().from(deliveries).where(eq(deliveries.botId, body.id)))[0]?.state;
    expect(await stateOf()).toBe("queued");
    expect((await call("POST", `/bots/${body.id}/activate`, owner)).body).toMatchObject({ state: "active" });
    expect([await lane(), await stateOf()]).toEqual([null, "queued"]);
    expect(await traces(ann)).toEqual(["bot.connected", "bot.deactivated", "bot.activated"]);
    // Asked for a second time, it is what it is.
    expect((await call("POST", `/bots/${body.id}/activate`, owner)).status).toBe(200);
    expect(await traces(ann)).toHaveLength(3);
  });

  test("a set-up that ends after the bot was switched off is taken back", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    const asks = telegramAccounts(telegram.apiRoot);
    const slow = {
      ...asks,
      async setMenuButton(...given: Parameters<typeof asks.setMenuButton>) {
        await call("POST", `/bots/${body.id}/deactivate`, owner);
        return asks.setMenuButton(...given);
      },
    };
    await setUpBot({ ...context(ann), ports: ports({ botAccounts: slow }) }, { botId: body.id });
    expect((await row(body.id)).state).toBe("inactive");
    expect(await waitingJobs("bots.withdraw-bot", body.id)).toBe(1);
  });
});

describe("disconnecting", () => {
  test("erases the token, takes the webhook back, and leaves the bot free for anybody", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    await setUpBot({ ...context(ann), ports: ports({ botMode: "webhook" }) }, { botId: body.id });
    expect((await call("DELETE", `/bots/${body.id}`, owner)).status).toBe(200);
    await withdrawBot(context(ann), { botId: body.id });
    const gone = await row(body.id);
    expect([gone.state, testVault.open(gone.tokenSealed), gone.releasedAt === null]).toEqual([
      "disconnected",
      "",
      false,
    ]);
    const api = new Api(bot.token, { apiRoot: telegram.apiRoot });
    expect([(await api.getWebhookInfo()).url ?? "", (await api.getChatMenuButton()).type]).toEqual(["", "commands"]);
    expect((await call("DELETE", `/bots/${body.id}`, owner)).status).toBe(404);
    expect((await connect(bobsOwner, bot.token)).status).toBe(200);
  });

  test("leaves nobody a way in: not with the old token, and not with the nothing that is kept in its place", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    const server = createTestServer(database.db, [botRoutes], ports(), { bots: workspaceBots });
    const answerTo = async (token: string) => {
      const headers = signedHeaders({ ...ann, botId: body.id, token }, owner.telegramId);
      return (await server.call("GET", "/bots", { headers })).body.error?.code;
    };
    expect(await answerTo(bot.token)).toBeUndefined();
    await call("POST", `/bots/${body.id}/deactivate`, owner);
    expect(await answerTo(bot.token)).toBe("auth.bot_off");
    await call("DELETE", `/bots/${body.id}`, owner);
    expect(await answerTo(bot.token)).toBe("auth.invalid");
    await withdrawBot(context(ann), { botId: body.id });
    for (const token of ["", bot.token]) expect(await answerTo(token)).toBe("auth.invalid");
  });

  test("keeps trying to take the webhook back while Telegram is away, an hour at most, and then erases the token", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    await call("DELETE", `/bots/${body.id}`, owner);
    telegram.addFault({ kind: "server_error", methods: ["*"] });
    await expect(withdrawBot(context(ann), { botId: body.id })).rejects.toThrow();
    expect(testVault.open((await row(body.id)).tokenSealed)).toBe(bot.token);
    await withdrawBot(context(ann, new Date(Date.now() + 3_700_000)), { botId: body.id });
    expect(testVault.open((await row(body.id)).tokenSealed)).toBe("");
  });

  test("while its token is brought again ends with the bot back", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    let again: ReturnType<typeof connect> | undefined;
    await inTransaction(context(ann), async (ctx) => {
      await disconnectBot(ctx, { botId: body.id });
      again = connect(owner, bot.token);
      while ((await waitingForLocks()) === 0) await pause(10);
    });
    expect((await again)?.status).toBe(200);
    expect(await living(bot.id)).toMatchObject([{ id: body.id, state: "active" }]);
  });

  test("and connecting again in the same workspace brings the bot back with its chats", async () => {
    const bot = newBot();
    const { body } = await connect(owner, bot.token);
    const contact = { workspaceId: ann.workspaceId, botId: body.id, telegramChatId: nextTelegramId() };
    const chat = await registerChat(database.db, { ...contact, kind: "private", title: "Customer" });
    await call("DELETE", `/bots/${body.id}`, owner);
    const again = await connect(owner, bot.token);
    expect(again.body.id).toBe(body.id);
    await setUpBot(context(ann), { botId: body.id });
    const { id } = await queueDelivery(database.db, {
      workspaceId: ann.workspaceId,
      chatId: chat.id,
      lane: "service",
      content: { kind: "text", html: "back" },
    });
    const [queued] = await database.db
      .select()
      .from(deliveries)
      .where(eq(deliveries.id, BigInt(id ?? 0)));
    expect(queued?.state).toBe("queued");
    // The job of the first farewell comes late and finds a bot that is not gone.
    await withdrawBot(context(ann), { botId: body.id });
    expect(testVault.open((await row(body.id)).tokenSealed)).toBe(bot.token);
  });

  test("is refused for the bot of the installation, with the reason", async () => {
    await database.db.update(bots).set({ isPlatform: true }).where(eq(bots.id, ann.botId));
    for (const [method, path] of [
      ["DELETE", `/bots/${ann.botId}`],
      ["POST", `/bots/${ann.botId}/deactivate`],
    ] as const) {
      const { status, body } = await call(method, path, owner);
      expect([status, body.error.code]).toEqual([409, "bots.platform_stays"]);
    }
    await database.db.update(bots).set({ isPlatform: false }).where(eq(bots.id, ann.botId));
  });

  test("and everything else is for one's own bots only", async () => {
    const { body: theirs } = await connect(bobsOwner, newBot().token);
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["DELETE", "", undefined],
      ["POST", "/activate", undefined],
      ["POST", "/deactivate", undefined],
      ["PUT", "/token", { token: newBot().token }],
      ["GET", "/texts/default", undefined],
    ] as const)
      expect([path, (await call(method, `/bots/${theirs.id}${path}`, owner, body)).status]).toEqual([path, 404]);
    expect((await row(theirs.id)).state).toBe("active");
  });
});
