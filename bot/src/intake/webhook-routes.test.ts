import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { httpKit, toErrorResponse } from "@backend/kit/http.ts";
import { createIntake, maxBodyBytes } from "@backend/kit/inbox.ts";
import { untilLimited } from "@backend/kit/testing.ts";
import { bots } from "@db/schema/bots.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { asc, eq } from "drizzle-orm";
import { Elysia } from "elysia";
import { makeWorkspaceBot, silentLog, testVault, type WorkspaceBot } from "../testing.ts";
import { createTakeUpdate, type UrgentHandlers } from "./take-update.ts";
import { webhookRoutes } from "./webhook-routes.ts";

let database: TestDatabase;
let ann: WorkspaceBot;
let bob: WorkspaceBot;
const urgent: UrgentHandlers = {};

const serverWith = (handlers: UrgentHandlers) => {
  const http = httpKit({
    authenticate: () => Promise.reject(new Error("nobody signs in here")),
    senderOf: (request) => request.headers.get("x-test-sender"),
  });
  const takeUpdate = createTakeUpdate({
    vault: testVault,
    intake: createIntake(database.db),
    log: silentLog,
    urgent: handlers,
  });
  return new Elysia()
    .onError(({ error, request }) => toErrorResponse(error, request, { log: silentLog, sentence: (code) => code }))
    .use(webhookRoutes(http, { db: database.db, vault: testVault, takeUpdate }));
};
let server: ReturnType<typeof serverWith>;

beforeAll(async () => {
  database = await createTestDatabase();
  ann = await makeWorkspaceBot(database.db);
  bob = await makeWorkspaceBot(database.db);
  server = serverWith(urgent);
});
afterAll(() => database.drop());

let sender = 0;
const call = (botId: string, secret: string | null, body: BodyInit, headers: Record<string, string> = {}) =>
  server.handle(
    new Request(`http://localhost/telegram/webhook/${botId}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-test-sender": `10.0.0.${sender++}`,
        ...(secret === null ? {} : { "x-telegram-bot-api-secret-token": secret }),
        ...headers,
      },
      body,
    }),
  );
const start = (updateId: number, chatId = 700000001) =>
  JSON.stringify({
    update_id: updateId,
    message: { message_id: 1, from: { id: chatId }, chat: { id: chatId, type: "private" }, date: 1, text: "/start" },
  });
const storedOf = (at: WorkspaceBot) =>
  database.db.select().from(inboundEvents).where(eq(inboundEvents.sourceId, at.bot.id)).orderBy(asc(inboundEvents.id));

describe("the webhook", () => {
  test("stores an update as it came and answers 200 once it is stored", async () => {
    const answer = await call(ann.bot.id, ann.secret, start(1));
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe("");
    const [event] = await storedOf(ann);
    expect(event).toMatchObject({
      workspaceId: ann.workspace.id,
      source: "telegram",
      externalId: "1",
      method: "POST",
      status: "received",
    });
    expect(new TextDecoder().decode(event?.body ?? new Uint8Array())).toBe(start(1));
    expect(JSON.stringify(event?.headers)).not.toContain(ann.secret);
  });

  test("stores a repeated update once, and the same number of another bot as well", async () => {
    for (let n = 0; n < 3; n++) expect((await call(ann.bot.id, ann.secret, start(50))).status).toBe(200);
    await Promise.all(Array.from({ length: 20 }, () => call(ann.bot.id, ann.secret, start(51))));
    expect((await call(bob.bot.id, bob.secret, start(50))).status).toBe(200);
    const ids = (await storedOf(ann)).map(({ externalId }) => externalId);
    expect(ids.filter((id) => id === "50")).toHaveLength(1);
    expect(ids.filter((id) => id === "51")).toHaveLength(1);
    expect((await storedOf(bob)).map(({ externalId }) => externalId)).toEqual(["50"]);
  });

  test("refuses a missing, empty, wrong, or another bot's secret, and an unknown bot, all in the same words", async () => {
    const before = (await storedOf(ann)).length;
    const bodies: unknown[] = [];
    for (const [botId, secret] of [
      [ann.bot.id, null],
      [ann.bot.id, ""],
      [ann.bot.id, `${ann.secret}x`],
      [ann.bot.id, ann.secret.slice(1)],
      [ann.bot.id, bob.secret],
      [crypto.randomUUID(), ann.secret],
      ["not-an-id", ann.secret],
    ] as const) {
      const answer = await call(botId, secret, start(99));
      expect(answer.status).toBe(401);
      const { error } = (await answer.json()) as { error: Record<string, unknown> };
      bodies.push({ ...error, requestId: "" });
    }
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect((await storedOf(ann)).length).toBe(before);
  });

  test("reads no byte of the body before the secret is right", async () => {
    let pulled = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(new TextEncoder().encode("{}"));
          controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    expect((await call(ann.bot.id, "wrong", body)).status).toBe(401);
    expect(pulled).toBe(0);
  });

  test("limits wrong secrets of one address and lets the right one through from there", async () => {
    const from = { "x-test-sender": "203.0.113.9" };
    const answers = await untilLimited(() => call(ann.bot.id, "wrong", "{}", from));
    expect(answers[0]?.status).toBe(401);
    expect((await call(ann.bot.id, ann.secret, start(60), from)).status).toBe(200);
  });

  test("refuses what is no update, and what is too large", async () => {
    for (const body of ["", "{", "[]", "null", '{"update_id":"1"}', '{"update_id":1.5}', "\xff\xfe"])
      expect((await call(ann.bot.id, ann.secret, body)).status).toBe(422);
    expect((await call(ann.bot.id, ann.secret, "x".repeat(maxBodyBytes + 1))).status).toBe(413);
  });

  test("takes an update of a kind that nobody knows yet", async () => {
    expect((await call(ann.bot.id, ann.secret, '{"update_id":70,"from_the_future":{}}')).status).toBe(200);
  });

  test("stores an invitation's token sealed: whoever reads stored calls cannot use it", async () => {
    const token = "T0ken_of-32-characters-exactly-0";
    const message = { message_id: 1, from: { id: 7 }, chat: { id: 7, type: "private" }, date: 1 };
    const update = { update_id: 72, message: { ...message, text: `/start inv_${token}` } };
    expect((await call(ann.bot.id, ann.secret, JSON.stringify(update))).status).toBe(200);
    const event = (await storedOf(ann)).find(({ externalId }) => externalId === "72");
    const body = new TextDecoder().decode(event?.body ?? new Uint8Array());
    expect(body).toContain("/start inv_~");
    expect(body).not.toContain(token);
  });

  test("does not store what people say to each other in groups", async () => {
    const before = (await storedOf(ann)).length;
    const update = {
      update_id: 71,
      message: { message_id: 1, from: { id: 5 }, chat: { id: -100, type: "supergroup" }, text: "between us" },
    };
    expect((await call(ann.bot.id, ann.secret, JSON.stringify(update))).status).toBe(200);
    expect((await storedOf(ann)).length).toBe(before);
  });

  test("stores the first message of a topic and not the thousandth", async () => {
    const message = { chat: { id: -100, type: "supergroup" }, message_thread_id: 9, is_topic_message: true, text: "x" };
    const before = (await storedOf(ann)).length;
    for (let n = 0; n < 5; n++)
      await call(ann.bot.id, ann.secret, JSON.stringify({ update_id: 80 + n, message: { ...message, message_id: n } }));
    expect((await storedOf(ann)).length).toBe(before + 1);
  });

  test("hands urgent kinds over after they are stored; a failure there is not Telegram's to retry", async () => {
    const seen: number[] = [];
    server = serverWith({
      pre_checkout_query: async (bot, update) => {
        expect((await storedOf(ann)).some(({ externalId }) => externalId === String(update.update_id))).toBe(true);
        expect(bot.workspaceId).toBe(ann.workspace.id);
        seen.push(update.update_id);
        throw new Error("could not answer");
      },
    });
    const query = { update_id: 90, pre_checkout_query: { id: "1", from: { id: 7 } } };
    expect((await call(ann.bot.id, ann.secret, JSON.stringify(query))).status).toBe(200);
    expect(seen).toEqual([90]);
  });

  test("ends for a bot that is switched off", async () => {
    await database.db.update(bots).set({ state: "disconnected" }).where(eq(bots.id, bob.bot.id));
    server = serverWith({});
    expect((await call(bob.bot.id, bob.secret, start(99))).status).toBe(401);
  });
});
