/** The client of docs/client against the whole product: what the page about the API promises to programs. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { createVault } from "@backend/kit/crypto.ts";
import { makeApiKey } from "@backend/modules/identity/testing.ts";
import { bots } from "@db/schema/index.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import type { TelegramStandIn } from "@sandbox/telegram/index.ts";
import { eq } from "drizzle-orm";
import {
  type AudienceEvent,
  createSwitchboard,
  type Draft,
  isFromSwitchboard,
  SwitchboardError,
} from "../../docs/client/switchboard.ts";
import { botId, makeTelegram, personId, type RunningProduct, secretsKey, startProduct, until } from "./product.ts";

const people = 5;
let database: TestDatabase;
let telegram: TelegramStandIn;
let product: RunningProduct;
let key: string;
let switchboard: ReturnType<typeof createSwitchboard>;

const keyWith = async (...scopes: string[]) => {
  const [bot] = await database.db.select().from(bots).where(eq(bots.isPlatform, true));
  if (!bot) throw new Error("the product has made no bot");
  const at = { workspaceId: bot.workspaceId, botId: bot.id, botUsername: bot.username, token: "" };
  return (await makeApiKey(database.db, at, scopes, createVault(secretsKey))).key;
};

beforeAll(async () => {
  database = await createTestDatabase();
  telegram = await makeTelegram(people);
  product = await startProduct({ databaseUrl: database.url, telegram, env: { OUTBOUND_ALLOW_PRIVATE: "true" } });
  for (let i = 0; i < people; i++) telegram.people.start(botId, personId(i));
  key = await keyWith(
    "bots.read",
    "audience.read",
    "broadcasts.read",
    "broadcasts.write",
    "broadcasts.send",
    "webhooks.manage",
  );
  switchboard = createSwitchboard({ url: product.url, key });
}, 60_000);
afterAll(async () => {
  await product.kill("SIGTERM");
  await telegram.stop();
  await database.drop();
}, 30_000);

const draftFor = (id: string): Draft => ({
  name: "Spring sale",
  botIds: [id],
  variants: [
    {
      key: "A",
      share: 100,
      letter: { fallback: "en", messages: { en: { kind: "text", html: "Hello, {first_name|there}!" } } },
    },
  ],
});

test("a program finds its people, makes one broadcast however often it asks, and sends it", async () => {
  const { items } = await switchboard.bots();
  const [bot] = items;
  await until("everybody to be known", async () => {
    const known: number[] = [];
    for await (const { telegramId } of switchboard.subscribers({ limit: 2 })) known.push(telegramId);
    return new Set(known).size === people && known.length === people;
  });
  const draft = draftFor(bot?.id ?? "");
  const made = await Promise.all([1, 2, 3].map(() => switchboard.createBroadcast(draft, "spring-sale-1")));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  const [{ id } = { id: "" }] = made;
  await switchboard.launchBroadcast(id);
  const sent = await until("the broadcast to end", async () => {
    const now = await switchboard.broadcast(id);
    return now.state === "sent" && now;
  });
  expect(sent.counts).toMatchObject({ total: people, sent: people, failed: 0, unknown: 0 });
  const texts = telegram.acceptedMessages(botId).map(({ text }) => text);
  for (let i = 0; i < people; i++) expect(texts.filter((text) => text === `Hello, Person ${i}!`)).toHaveLength(1);
});

test("a program asks whom it would reach, watches, reads who got it, and hears of it by calls that are surely ours", async () => {
  const { items } = await switchboard.bots();
  const botIds = items.map(({ id }) => id);
  expect(await switchboard.reach({ botIds })).toMatchObject({ people, unreachable: 0 });
  for await (const { id, tags } of switchboard.subscribers()) expect([id, tags]).toEqual([expect.any(Number), []]);

  const heard: { event: AudienceEvent; headers: Headers; body: string }[] = [];
  const receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const body = await request.text();
      heard.push({ headers: request.headers, body, event: JSON.parse(body) });
      return new Response();
    },
  });
  try {
    const { secret } = await switchboard.createWebhook({
      name: "CRM",
      url: `http://127.0.0.1:${receiver.port}/hook`,
      events: ["broadcast.moved"],
    });
    const { id } = await switchboard.createBroadcast({ ...draftFor(botIds[0] ?? ""), name: "Told" });
    await switchboard.launchBroadcast(id);
    await until("it is through", async () => (await switchboard.progress(id)).counts.sent === people);
    await until("its end is told", async () =>
      heard.some(({ event }) => event.type === "broadcast.moved" && event.data.state === "sent"),
    );
    for (const { headers, body } of heard) {
      expect(await isFromSwitchboard(secret, headers, body)).toBe(true);
      expect(await isFromSwitchboard(secret, headers, body.replace("Told", "told"))).toBe(false);
      expect(await isFromSwitchboard(`whsec_${btoa("x".repeat(32))}`, headers, body)).toBe(false);
      const old = new Headers([...headers, ["webhook-timestamp", "1700000000"]]);
      expect(await isFromSwitchboard(secret, old, body)).toBe(false);
    }
    const got: unknown[] = [];
    for await (const { state, telegramId, problem } of switchboard.recipients(id, { limit: 2 })) {
      expect([state, problem]).toEqual(["sent", null]);
      got.push(telegramId);
    }
    expect(new Set(got).size).toBe(people);
    expect(got).toHaveLength(people);
  } finally {
    await receiver.stop(true);
  }
});

test("a refusal that a proxy wrote, or that ends in the middle, is told by its status", async () => {
  for (const body of ['{"error":{"code":"common.una', "<html>Bad gateway</html>", "null", '"no"', ""]) {
    const answer = async () => new Response(body, { status: 502 });
    const behindProxy = createSwitchboard({ url: product.url, key: "", fetch: Object.assign(answer, fetch) });
    const error = await behindProxy.bots().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SwitchboardError);
    expect(error).toMatchObject({ status: 502, code: "unknown", message: "status 502" });
  }
});

test("a refusal has a stable code: another draft under the same key, a scope that is missing, a thing that is not there", async () => {
  const codeOf = (call: Promise<unknown>) =>
    call.then(
      () => "done",
      (error: unknown) => (error instanceof SwitchboardError ? `${error.status} ${error.code}` : String(error)),
    );
  expect(await codeOf(switchboard.createBroadcast({ ...draftFor(crypto.randomUUID()) }, "spring-sale-1"))).toBe(
    "422 common.key_reused",
  );
  expect(await codeOf(switchboard.broadcast(crypto.randomUUID()))).toBe("404 broadcasts.broadcast_not_found");
  const reader = createSwitchboard({ url: product.url, key: await keyWith("broadcasts.read") });
  expect(await codeOf(reader.launchBroadcast(crypto.randomUUID()))).toBe("403 auth.scope_missing");
});

test("a deed without a key is asked for again after 429, when nothing was done, and not after a lost connection", async () => {
  const answers = [
    () => new Response(null, { status: 429, headers: { "retry-after": "0" } }),
    () => Response.json({ id: "b1" }),
    () => Promise.reject(new Error("lost")),
  ];
  const ask = Object.assign(async () => (answers.shift() ?? Response.error)(), { preconnect: fetch.preconnect });
  const client = createSwitchboard({ url: product.url, key: "k", fetch: ask });
  expect(await client.launchBroadcast("b1")).toMatchObject({ id: "b1" });
  await expect(client.launchBroadcast("b1")).rejects.toThrow("lost");
  expect(answers).toHaveLength(0);
});

test("the product dies while programs create: asked again under their keys, each thing is there once", async () => {
  const names = Array.from({ length: 40 }, (_, n) => `Before and after ${n}`);
  const create = (client: typeof switchboard) =>
    names.map((name) =>
      client.createBroadcast({ ...draftFor(""), botIds: [], name }, `crash-${name}`.replaceAll(" ", "-")),
    );
  const impatient = createSwitchboard({ url: product.url, key, attempts: 1 });
  const first = Promise.allSettled(create(impatient));
  await until("the first are made", async () => {
    const [row] = await database.sql`select count(*)::int as count from broadcasts where name like 'Before and after%'`;
    return row?.count >= 3;
  });
  await product.kill("SIGKILL");
  await first;
  product = await startProduct({ databaseUrl: database.url, telegram });
  switchboard = createSwitchboard({ url: product.url, key });
  const made = await Promise.all(create(switchboard));
  expect(new Set(made.map(({ id }) => id)).size).toBe(names.length);
  const there: string[] = [];
  for await (const { name } of switchboard.broadcasts({ search: "Before and after" })) there.push(name);
  expect(there.sort()).toEqual([...names].sort());
});
