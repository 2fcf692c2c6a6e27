import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { identityRoutes } from "@backend/modules/identity/routes.ts";
import {
  createTestServer,
  testPorts as identityPorts,
  makePerson,
  makeWorkspace,
  nextTelegramId,
  signedHeaders,
  type TestPerson,
  type TestWorkspace,
} from "@backend/modules/identity/testing.ts";
import { bots } from "@db/schema/bots.ts";
import { auditEntries, workspaces } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { startTelegramStandIn, type TelegramStandIn } from "@sandbox/telegram/index.ts";
import { eq } from "drizzle-orm";
import { botRoutes } from "./routes.ts";
import { testPorts } from "./testing.ts";

let database: TestDatabase;
let telegram: TelegramStandIn;
let at: TestWorkspace;
let buyer: TestPerson;
const installation = { sandbox: false, openWorkspaces: true };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  installation.openWorkspaces = true;
  telegram = await startTelegramStandIn();
  at = await makeWorkspace(database.db);
  buyer = await makePerson(database.db, at);
});
afterEach(() => telegram.stop());

function newBot(): { id: number; token: string; username: string } {
  const id = nextTelegramId();
  const token = `${id}:${crypto.randomUUID().replaceAll("-", "")}abc`;
  const username = `shop_${id}_bot`;
  telegram.addBot({ token, username, firstName: "Shop" });
  return { id, token, username };
}
const call = (method: string, path: string, who: Pick<TestPerson, "headers">, body?: unknown, key?: string) =>
  createTestServer(database.db, [botRoutes, identityRoutes], {
    ...identityPorts(),
    ...testPorts(telegram.apiRoot),
    installation,
  }).call(method, path, { headers: { ...who.headers, ...(key ? { "idempotency-key": key } : {}) }, body });
const create = (body: object, key?: string) => call("POST", "/workspaces", buyer, { name: "Mine", ...body }, key);
const named = (name: string) => database.db.select().from(workspaces).where(eq(workspaces.name, name));

describe("a new workspace", () => {
  test("comes with its maker as owner and with a bot through which he enters it", async () => {
    const bot = newBot();
    const { status, body } = await create({ token: bot.token, locale: "uk", timeZone: "Europe/Kyiv" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ name: "Mine", locale: "uk", timeZone: "Europe/Kyiv", canLaunchApp: true },
      bot: { username: bot.username },
      chatLink: `https://t.me/${bot.username}`,
      appLink: `https://t.me/${bot.username}?startapp`,
      appUrl: `https://switchboard.example/app/${body.bot.id}/`,
    });
    expect(JSON.stringify(body)).not.toContain(bot.token);

    const [made] = await database.db.select().from(bots).where(eq(bots.telegramId, bot.id));
    expect(made).toMatchObject({ id: body.bot.id, workspaceId: body.id, state: "active" });
    const inside = signedHeaders(
      { workspaceId: body.id, botId: body.bot.id, botUsername: bot.username, token: bot.token },
      buyer.telegramId,
    );
    const me = (await call("GET", "/me", { headers: inside })).body;
    expect([me.workspace.id, me.member.role, me.bot.id]).toEqual([body.id, "owner", body.bot.id]);
    expect((await call("GET", "/me", buyer)).body.member).toBeNull();
    const traces = await database.db.select().from(auditEntries).where(eq(auditEntries.workspaceId, body.id));
    expect(new Map(traces.map(({ action, actorId }) => [action, actorId]))).toEqual(
      new Map([
        ["workspace.created", me.person.id],
        ["bot.connected", me.person.id],
      ]),
    );
  });

  test("is not there without its bot", async () => {
    const bot = newBot();
    const other = await makeWorkspace(database.db);
    const owner = await makePerson(database.db, other, { role: "owner" });
    await call("POST", "/bots", owner, { token: bot.token });
    for (const [body, code] of [
      [{ token: "no token" }, "bots.token_malformed"],
      [{ token: `${nextTelegramId()}:${"x".repeat(35)}` }, "bots.token_unknown"],
      [{ token: bot.token }, "bots.connected_elsewhere"],
    ] as const)
      expect((await create({ ...body, name: "Bodiless" })).body.error.code).toBe(code);
    expect(await named("Bodiless")).toEqual([]);

    const { status, body } = await create({ token: bot.token, name: "Bodiless", takeOver: true });
    expect(status).toBe(200);
    const rows = await database.db.select().from(bots).where(eq(bots.telegramId, bot.id));
    expect(new Map(rows.map(({ workspaceId, state }) => [workspaceId, state]))).toEqual(
      new Map([
        [other.workspaceId, "disconnected"],
        [body.id, "active"],
      ]),
    );
  });

  test("is made once by a call that is repeated with its key", async () => {
    const { token } = newBot();
    const first = await create({ token, name: "Once" }, "k1");
    const again = await create({ token, name: "Once" }, "k1");
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await named("Once")).toHaveLength(1);
    expect(telegram.calls("getme")).toBe(1);
    expect((await create({ token, name: "Twice" }, "k1")).body.error.code).toBe("common.key_reused");
  });

  test("asks Telegram nothing for what is refused anyway", async () => {
    const { token } = newBot();
    expect((await create({ token, name: " " })).body.error.code).toBe("identity.name_invalid");
    expect((await create({ token, timeZone: "Mars/Base" })).body.error.code).toBe("identity.time_zone_unknown");
    expect(telegram.calls("getme")).toBe(0);
    await Promise.all(Array.from({ length: 20 }, () => create({ token: newBot().token })));
    const asked = telegram.calls("getme");
    expect((await create({ token })).body.error.code).toBe("identity.too_many_workspaces");
    expect(telegram.calls("getme")).toBe(asked);
  });

  test("lets a person try a few tokens a minute", async () => {
    const server = createTestServer(database.db, [botRoutes], {
      ...identityPorts(),
      ...testPorts(telegram.apiRoot),
      installation,
    });
    const guess = (who: TestPerson) =>
      server.call("POST", "/workspaces", {
        headers: who.headers,
        body: { name: "Mine", token: `${nextTelegramId()}:${"x".repeat(35)}` },
      });
    const answers = [];
    for (let n = 0; n < 7; n++) answers.push((await guess(buyer)).status);
    expect(answers).toEqual([422, 422, 422, 422, 422, 429, 429]);
    expect((await guess(await makePerson(database.db, at))).status).toBe(422);
  });

  test("is one of at most twenty of its maker's, also when they are made at once", async () => {
    const answers = await Promise.all(Array.from({ length: 24 }, () => create({ token: newBot().token })));
    const codes = answers.filter(({ status }) => status !== 200).map(({ body }) => body.error.code);
    expect(codes).toEqual(Array(4).fill("identity.too_many_workspaces"));
  });

  test("is nobody's to make where workspaces are not open, and Telegram is not asked then", async () => {
    installation.openWorkspaces = false;
    const { status, body } = await create({ token: `${nextTelegramId()}:${"x".repeat(35)}` });
    expect([status, body.error.code]).toEqual([403, "identity.workspaces_closed"]);
  });
});
