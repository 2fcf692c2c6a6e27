import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createVault } from "@backend/kit/crypto.ts";
import { createLogger } from "@backend/kit/log.ts";
import { untilLimited } from "@backend/kit/testing.ts";
import { bots } from "@db/schema/bots.ts";
import { apiKeys, members, persons } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq } from "drizzle-orm";
import { createAuthenticator } from "./authenticate.ts";
import { initDataKey, signInitData } from "./domain/init-data.ts";
import { identityRoutes } from "./routes.ts";
import {
  createTestServer,
  makeApiKey,
  makePerson,
  makeWorkspace,
  nextTelegramId,
  signedHeaders,
  silentLog,
  type TestServer,
  type TestWorkspace,
  testBots,
  testPorts,
  testVault,
} from "./testing.ts";

let database: TestDatabase;
let server: TestServer;
let at: TestWorkspace;
let now = new Date();
let sender = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  at = await makeWorkspace(database.db);
  server = createTestServer(database.db, [identityRoutes], testPorts(), { clock: () => now });
});
afterAll(() => database.drop());

const me = (headers: Record<string, string>) =>
  server.call("GET", "/me", { headers, sender: `198.51.100.${sender++ % 250}` });
const personOf = async (telegramId: number, workspaceId = at.workspaceId) =>
  (
    await database.db
      .select()
      .from(persons)
      .where(and(eq(persons.workspaceId, workspaceId), eq(persons.telegramId, telegramId)))
  )[0];
const seconds = (n: number) => new Date(now.getTime() + n * 1000);

describe("signing in by launch data", () => {
  test("makes the person known at first sight and follows Telegram's names after that", async () => {
    const id = nextTelegramId();
    const first = await me(
      signedHeaders(at, id, { user: { first_name: "Ann", username: "ann", language_code: "uk" } }),
    );
    expect(first.status).toBe(200);
    expect(first.body).toMatchObject({ locale: "uk", member: null, permissions: [], workspaces: [] });
    expect(first.body.person).toMatchObject({ name: "Ann", username: "ann", telegramId: id });
    const renamed = await me(signedHeaders(at, id, { user: { first_name: "Anna", last_name: "B" } }));
    expect(renamed.body.person).toMatchObject({ id: first.body.person.id, name: "Anna B", username: null });
  });

  test("makes one person of twenty first requests at once", async () => {
    const id = nextTelegramId();
    const answers = await Promise.all(Array.from({ length: 20 }, () => me(signedHeaders(at, id))));
    expect(new Set(answers.map(({ body }) => body.person.id)).size).toBe(1);
  });

  test("cuts names, keeps them as text, and survives what should not be in them", async () => {
    const id = nextTelegramId();
    const name = `"><img onerror=x>\0\u202E${"я".repeat(10_000)}`;
    const raw = signedHeaders(at, id, { user: { first_name: "x" } });
    expect((await me(raw)).status).toBe(200);
    const answer = await me(signedHeaders(at, id, { user: { first_name: name.slice(0, 200) } }));
    expect(answer.body.person.firstName).toStartWith('"><img onerror=x>яяя');
    expect([...answer.body.person.firstName]).toHaveLength(64);
    expect((await me(signedHeaders(at, id, { user: { first_name: name } }))).status).toBe(401);
  });

  test("gives a person of one workspace nothing in another", async () => {
    const other = await makeWorkspace(database.db);
    const owner = await makePerson(database.db, at, { role: "owner" });
    const there = await me(signedHeaders(other, owner.telegramId));
    expect(there.body.member).toBeNull();
    expect(there.body.workspace.id).toBe(other.workspaceId);
    expect(there.body.workspaces.map(({ id }: { id: string }) => id)).toEqual([at.workspaceId]);
    expect(await personOf(owner.telegramId, other.workspaceId)).toBeDefined();
  });
});

describe("refusals before anything is known (401)", () => {
  test("leave no person behind and say the same of an unknown bot, another one and a wrong token", async () => {
    const other = await makeWorkspace(database.db);
    const off = await makeWorkspace(database.db);
    await database.db.update(bots).set({ state: "inactive" }).where(eq(bots.id, off.botId));
    const id = nextTelegramId();
    const good = signedHeaders(at, id);
    const forged = { ...good, authorization: good.authorization?.replace("Ann", "Eve") ?? "" };
    const bodies: unknown[] = [];
    for (const headers of [
      forged,
      { ...good, "x-bot": other.botId },
      { ...good, "x-bot": crypto.randomUUID() },
      { ...good, "x-bot": "1' or '1'='1" },
      { authorization: good.authorization ?? "" },
      { ...good, "x-bot": off.botId },
      { ...good, authorization: `${good.authorization}&is_admin=true` },
      { ...good, authorization: `${good.authorization}&user=%7B%22id%22%3A1%7D` },
      { ...good, authorization: "tma x" },
      signedHeaders(at, id, { authDate: seconds(3600) }),
      signedHeaders(at, 2 ** 53 + 2),
      signedHeaders(at, id, { fields: { user: "" } }),
      signedHeaders(at, id, { fields: { user: "null" } }),
    ]) {
      const { status, body } = await me(headers);
      expect(status).toBe(401);
      bodies.push({ ...body.error, requestId: "" });
    }
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect(await personOf(id)).toBeUndefined();
    expect(await personOf(id, off.workspaceId)).toBeUndefined();
  });

  test("say of a bot that is switched off, to whoever really opened the app through it, that it is, and leave nobody behind", async () => {
    const off = await makeWorkspace(database.db);
    await database.db.update(bots).set({ state: "inactive" }).where(eq(bots.id, off.botId));
    const id = nextTelegramId();
    expect(await me(signedHeaders(off, id))).toMatchObject({ status: 401, body: { error: { code: "auth.bot_off" } } });
    expect((await me(signedHeaders(off, id, { authDate: seconds(-90_000) }))).body.error.code).toBe("auth.expired");
    expect(await personOf(id, off.workspaceId)).toBeUndefined();
  });

  test("a bot whose token was erased lets nobody in who signs with nothing, in whatever state it is", async () => {
    const erased = { ...(await makeWorkspace(database.db)), token: "" };
    for (const state of ["active", "inactive", "disconnected"] as const) {
      await database.db
        .update(bots)
        .set({ state, tokenSealed: testVault.seal("") })
        .where(eq(bots.id, erased.botId));
      expect((await me(signedHeaders(erased, nextTelegramId()))).body.error.code).toBe("auth.invalid");
    }
  });

  test("no credentials at all, other schemes, ids without a signature", async () => {
    const id = nextTelegramId();
    for (const headers of [
      {},
      { authorization: "" },
      { authorization: "tma" },
      { authorization: `Basic ${btoa("admin:admin")}` },
      { "x-user-id": String(id), "x-bot": at.botId },
      { "x-telegram-user": JSON.stringify({ id }), "x-bot": at.botId },
    ] as Record<string, string>[])
      expect(await me(headers)).toMatchObject({ status: 401, body: { error: { code: "auth.required" } } });
    const initData = signedHeaders(at, id).authorization?.slice(4);
    const inAddress = await server.call("GET", `/me?tgWebAppData=${encodeURIComponent(initData ?? "")}`, {
      headers: { "x-bot": at.botId },
    });
    expect(inAddress.status).toBe(401);
  });

  test("launch data by the rule for third parties, or signed with another scheme", async () => {
    const fields = { user: JSON.stringify({ id: 7, first_name: "A" }), auth_date: String(now.getTime() / 1000) };
    const login = signInitData(fields, Buffer.from(new Bun.CryptoHasher("sha256").update(at.token).digest()));
    expect((await me({ authorization: `tma ${login}`, "x-bot": at.botId })).status).toBe(401);
    const third = `${signInitData(fields, initDataKey(at.token))}&signature=AAAA`;
    expect((await me({ authorization: `tma ${third}`, "x-bot": at.botId })).status).toBe(401);
  });

  test("expired launch data says so, since only opening the app again helps", async () => {
    const id = nextTelegramId();
    const day = 86_400;
    expect((await me(signedHeaders(at, id, { authDate: seconds(-day + 5) }))).status).toBe(200);
    for (const age of [day + 5, 30 * day])
      expect(await me(signedHeaders(at, id, { authDate: seconds(-age) }))).toMatchObject({
        status: 401,
        body: { error: { code: "auth.expired" } },
      });
  });

  test("the bot's token replaced: launch data signed with the old one ends at once", async () => {
    const moved = await makeWorkspace(database.db);
    const id = nextTelegramId();
    const before = signedHeaders(moved, id);
    expect((await me(before)).status).toBe(200);
    const token = `${moved.token.split(":")[0]}:${"b".repeat(35)}`;
    await database.db
      .update(bots)
      .set({ tokenSealed: testVault.seal(token) })
      .where(eq(bots.id, moved.botId));
    expect((await me(before)).status).toBe(401);
    expect((await me(signedHeaders({ ...moved, token }, id))).status).toBe(200);
  });
});

describe("rights are read at every request", () => {
  test("a role taken away, a person blocked: the same launch data is refused from the next request on", async () => {
    const admin = await makePerson(database.db, at, { role: "admin" });
    const asked = () => server.call("GET", "/members", { headers: admin.headers });
    expect((await asked()).status).toBe(200);
    await database.db.update(members).set({ role: "finance" }).where(eq(members.personId, admin.personId));
    expect(await asked()).toMatchObject({ status: 403, body: { error: { code: "common.forbidden" } } });
    await database.db.delete(members).where(eq(members.personId, admin.personId));
    expect((await asked()).status).toBe(403);
    expect((await me(admin.headers)).body.member).toBeNull();
    await database.db.update(persons).set({ blockedAt: now }).where(eq(persons.id, admin.personId));
    expect(await me(admin.headers)).toMatchObject({ status: 403, body: { error: { code: "auth.blocked" } } });
  });

  test("a blocked person's row is not touched by his trying", async () => {
    const blocked = await makePerson(database.db, at, { isBlocked: true, firstName: "Before" });
    await me(signedHeaders(at, blocked.telegramId, { user: { first_name: "After" } }));
    expect(await personOf(blocked.telegramId)).toMatchObject({ firstName: "Before", lastSeenAt: null });
  });

  test("a stranger is told of no validation: the right comes first", async () => {
    const stranger = await makePerson(database.db, at);
    const answer = await server.call("PATCH", "/members/not-an-id", { headers: stranger.headers, body: { role: 7 } });
    expect(answer.status).toBe(403);
    expect((await server.call("PATCH", "/members/not-an-id", { body: "x" })).status).toBe(401);
  });

  test("sightings are written at most once a minute", async () => {
    const id = nextTelegramId();
    const headers = signedHeaders(at, id);
    await me(headers);
    const first = (await personOf(id))?.lastSeenAt?.getTime();
    const start = now;
    now = seconds(30);
    await me(headers);
    expect((await personOf(id))?.lastSeenAt?.getTime()).toBe(first ?? 0);
    now = seconds(31);
    await me(headers);
    expect((await personOf(id))?.lastSeenAt?.getTime()).toBe((first ?? 0) + 61_000);
    now = start;
  });
});

describe("API keys", () => {
  test("open what their scopes name, in their own workspace, and nothing else", async () => {
    const { headers } = await makeApiKey(database.db, at, ["persons.read"]);
    expect((await server.call("GET", "/persons", { headers })).status).toBe(200);
    const refused = await server.call("GET", "/audit", { headers });
    expect(refused).toMatchObject({
      status: 403,
      body: { error: { code: "auth.scope_missing", params: { scope: "audit.read" } } },
    });
    expect((await server.call("GET", "/me", { headers })).status).toBe(403);
  });

  test("unknown, revoked, misspelt and shortened ones are one answer", async () => {
    const { key, keyId, headers } = await makeApiKey(database.db, at, ["persons.read"]);
    await database.db.update(apiKeys).set({ revokedAt: now }).where(eq(apiKeys.id, keyId));
    for (const wrong of [key, `${key}x`, key.slice(0, -1), key.toUpperCase(), "swb_", "x".repeat(5000)]) {
      const answer = await server.call("GET", "/persons", {
        headers: { ...headers, authorization: `Bearer ${wrong}` },
        sender: `203.0.113.${sender++ % 250}`,
      });
      expect(answer).toMatchObject({ status: 401, body: { error: { code: "auth.key_invalid" } } });
    }
  });

  test("are not kept in the clear, and note their use at most once a minute", async () => {
    const { key, keyId, headers } = await makeApiKey(database.db, at, ["persons.read"]);
    const row = async () => (await database.db.select().from(apiKeys).where(eq(apiKeys.id, keyId)))[0];
    expect(JSON.stringify(await row())).not.toContain(key.slice(10));
    await server.call("GET", "/persons", { headers });
    const used = (await row())?.lastUsedAt?.getTime();
    expect(used).toBe(now.getTime());
    const start = now;
    now = seconds(20);
    await server.call("GET", "/persons", { headers });
    expect((await row())?.lastUsedAt?.getTime()).toBe(used ?? 0);
    now = start;
  });

  test("move to the newest secret when they are used, so that the old one can be retired", async () => {
    const [yesterday, today] = ["the secret of yesterday and long enough", "the secret of today and long enough too"];
    const { key } = await makeApiKey(database.db, at, ["persons.read"], createVault(yesterday));
    const signIn = (secrets: string) =>
      createAuthenticator({
        db: database.db,
        vault: createVault(secrets),
        clock: () => now,
        maxAgeSec: 60,
        log: silentLog,
        bots: testBots,
      })(
        new Request("http://localhost/", { headers: { authorization: `Bearer ${key}` } }),
        { permission: "persons.read" },
        null,
      );
    await expect(signIn(today)).rejects.toThrow("auth.key_invalid");
    expect((await signIn(`${today},${yesterday}`)).kind).toBe("api_key");
    expect((await signIn(today)).kind).toBe("api_key");
  });
});

describe("the log", () => {
  test("says that a sign-in was refused, and never with what", async () => {
    const lines: string[] = [];
    const log = createLogger("debug", { write: (line: string) => void lines.push(line) });
    const signIn = createAuthenticator({
      db: database.db,
      vault: testVault,
      clock: () => now,
      maxAgeSec: 60,
      log,
      bots: testBots,
    });
    const id = nextTelegramId();
    const { key } = await makeApiKey(database.db, at, ["persons.read"]);
    const tries = [
      signedHeaders(at, id, { authDate: seconds(-3600) }),
      { ...signedHeaders(at, id), authorization: `${signedHeaders(at, id).authorization}&forged=canary` },
      { authorization: `Bearer ${key}canary` },
    ];
    for (const headers of tries)
      await signIn(new Request("http://localhost/", { headers }), "person", "192.0.2.7").catch(() => {});
    const text = lines.join("");
    expect(lines).toHaveLength(3);
    expect(text).toContain("192.0.2.7");
    for (const secret of ["canary", key.slice(4), at.token, String(id), "hash=", "tma "])
      expect(text).not.toContain(secret);
  });
});

describe("many failures", () => {
  test("of one address are answered 429; a right login from there and wrong ones from elsewhere are not hindered", async () => {
    const person = await makePerson(database.db, at);
    const wrong = { authorization: "tma hash=0", "x-bot": at.botId };
    const from = (headers: Record<string, string>, address: string) =>
      server.call("GET", "/me", { headers, sender: address });
    const answers = await untilLimited(() => from(wrong, "203.0.113.200"));
    expect(answers[0]?.status).toBe(401);
    expect(Number(answers.at(-1)?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await from(person.headers, "203.0.113.200")).status).toBe(200);
    expect((await from(wrong, "203.0.113.201")).status).toBe(401);
  });

  test("without credentials are no guesses: an app opened outside Telegram asks often", async () => {
    for (let n = 0; n < 60; n++)
      expect((await server.call("GET", "/me", { sender: "203.0.113.210" })).status).toBe(401);
  });
});
