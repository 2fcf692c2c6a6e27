import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Actor, systemActor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { httpKit, type Run, toErrorResponse } from "@backend/kit/http.ts";
import { createLogger } from "@backend/kit/log.ts";
import { persons } from "@db/schema/identity.ts";
import { chats, deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";
import { Elysia } from "elysia";
import { tellChatLost } from "./actions/tell-chat-lost.ts";
import { loseChat, queueDelivery, recordMembership, recordTopic, registerChat } from "./index.ts";
import { messagingRoutes } from "./routes.ts";
import { makeBot, makeGroup, makePrivateChat, type TestBot } from "./testing.ts";

const log = createLogger("silent");
let database: TestDatabase;
let mine: TestBot;
let theirs: TestBot;
beforeAll(async () => {
  database = await createTestDatabase();
  mine = await makeBot(database.db);
  theirs = await makeBot(database.db);
});
afterAll(() => database.drop());

const all = ["chats.read", "chats.manage", "deliveries.read", "deliveries.manage"];

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
type Answer = { status: number; body: any };

async function ask(method: string, path: string, body?: unknown, permissions = all): Promise<Answer> {
  const actor: Actor = { ...systemActor(mine.workspaceId), permissions: new Set(permissions) };
  const http = httpKit({
    authenticate: async (_, access) => {
      const needed = typeof access === "object" && "permission" in access ? access.permission : "";
      if (!permissions.includes(needed)) throw new AppError("forbidden", "common.forbidden");
      return actor;
    },
    senderOf: () => null,
  });
  const run: Run = (action, caller, input) =>
    action({ db: database.db, log, now: new Date(), ports: {}, ...caller } as never, input);
  const app = new Elysia()
    .onError(({ error, request }) => toErrorResponse(error, request, { log, sentence: (code) => code }))
    .use(messagingRoutes(http, run));
  const answer = await app.handle(
    new Request(`http://localhost${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    }),
  );
  return { status: answer.status, body: await answer.json() };
}

const queue = (chatId: string, more: Partial<Parameters<typeof queueDelivery>[1]> = {}) =>
  queueDelivery(database.db, {
    workspaceId: mine.workspaceId,
    chatId,
    lane: "alert",
    content: { kind: "text", html: "hello" },
    ...more,
  });

describe("chats over HTTP", () => {
  test("are listed newest first by pages, filtered and searched; private ones apart from the team's", async () => {
    for (let n = 1; n <= 5; n++) {
      const { id } = await makeGroup(database.db, mine, -1_000_000 - n);
      // Chats of one millisecond have no order among them that anybody is promised.
      await database.db
        .update(chats)
        .set({ createdAt: new Date(Date.UTC(2026, 0, n)) })
        .where(eq(chats.id, id));
    }
    await makePrivateChat(database.db, mine, 7_001);
    await makeGroup(database.db, theirs, -2_000_001);
    const first = await ask("GET", "/chats?kind=team&limit=3");
    expect(first.status).toBe(200);
    const second = await ask("GET", `/chats?kind=team&limit=3&cursor=${first.body.nextCursor}`);
    const ids = [...first.body.items, ...second.body.items].map(({ telegramChatId }) => telegramChatId);
    expect(ids).toEqual([-1_000_005, -1_000_004, -1_000_003, -1_000_002, -1_000_001]);
    expect(second.body.nextCursor).toBeNull();
    expect((await ask("GET", "/chats?search=Person%207001")).body.items).toHaveLength(1);
    expect((await ask("GET", "/chats?search=%25")).body.items).toHaveLength(0);
    expect((await ask("GET", "/chats?limit=100000")).status).toBe(422);
  });

  test("a chat is renamed, gets a test message, and is removed with all that waits for it", async () => {
    const chat = await makeGroup(database.db, mine, -1_100_001);
    expect((await ask("PATCH", `/chats/${chat.id}`, { label: "  Big   wins " })).body.name).toBe("Big wins");
    expect((await ask("PATCH", `/chats/${chat.id}`, { label: "   " })).body.error.code).toBe("messaging.label_invalid");
    const queued = await ask("POST", `/chats/${chat.id}/test-message`, { threadId: 5 });
    const delivery = (await ask("GET", `/deliveries/${queued.body.deliveryId}`)).body;
    expect(delivery).toMatchObject({ lane: "service", state: "queued", threadId: 5, chat: { name: "Big wins" } });
    expect((await ask("DELETE", `/chats/${chat.id}`)).body).toEqual({ count: 1 });
    expect((await ask("DELETE", `/chats/${chat.id}`)).body).toEqual({ count: 0 });
    expect((await ask("GET", `/deliveries/${queued.body.deliveryId}`)).body).toMatchObject({
      state: "failed",
      problem: { code: "messaging.failed.chat_removed", message: "The chat was removed from the workspace." },
    });
    expect((await ask("POST", `/chats/${chat.id}/test-message`, {})).status).toBe(409);
    const shown = (await ask("GET", "/chats?kind=team&limit=200")).body.items.map(({ id }: { id: string }) => id);
    expect(shown).not.toContain(chat.id);
    await makeGroup(database.db, mine, -1_100_001);
    expect((await ask("GET", `/chats/${chat.id}`)).body).toMatchObject({ state: "active", label: "Big wins" });
  });

  test("topics are the ones that were seen", async () => {
    const chat = await makeGroup(database.db, mine, -1_100_002);
    await recordTopic(database.db, mine.botId, -1_100_002, { threadId: 11, name: "Deposits" });
    await recordTopic(database.db, mine.botId, -1_100_002, { threadId: 12 });
    await recordTopic(database.db, mine.botId, -1_100_002, { threadId: 11, isClosed: true });
    expect((await ask("GET", `/chats/${chat.id}/topics`)).body.items).toEqual([
      { threadId: 11, name: "Deposits", isClosed: true },
      { threadId: 12, name: "#12", isClosed: false },
    ]);
  });

  test("another workspace's chat does not exist, for any verb", async () => {
    const chat = await makeGroup(database.db, theirs, -2_000_002);
    for (const [method, path, body] of [
      ["GET", ""],
      ["GET", "/topics"],
      ["PATCH", "", { label: "x" }],
      ["DELETE", ""],
      ["POST", "/test-message", {}],
    ] as const)
      expect(await ask(method, `/chats/${chat.id}${path}`, body)).toMatchObject({
        status: 404,
        body: { error: { code: "messaging.chat_not_found" } },
      });
  });

  test("nothing without its permission", async () => {
    expect((await ask("GET", "/chats", undefined, [])).status).toBe(403);
    expect((await ask("GET", "/deliveries", undefined, ["chats.read"])).status).toBe(403);
    expect((await ask("POST", "/deliveries/resend-unknown", {}, ["deliveries.read"])).status).toBe(403);
  });
});

describe("deliveries over HTTP", () => {
  test("are filtered by state, lane, chat and subject, newest first by pages", async () => {
    const chat = await makeGroup(database.db, mine, -1_200_001);
    const ids: string[] = [];
    for (let n = 0; n < 4; n++) ids.unshift((await queue(chat.id, { subject: { kind: "order", id: "9" } })).id ?? "");
    await queue(chat.id, { lane: "broadcast" });
    const first = await ask("GET", `/deliveries?chatId=${chat.id}&lane=alert&limit=3`);
    const second = await ask("GET", `/deliveries?chatId=${chat.id}&lane=alert&cursor=${first.body.nextCursor}`);
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids);
    expect((await ask("GET", "/deliveries?subjectKind=order&subjectId=9")).body.items).toHaveLength(4);
    expect((await ask("GET", `/deliveries?chatId=${chat.id}&state=sent`)).body.items).toHaveLength(0);
    expect((await ask("GET", "/deliveries?cursor=nonsense")).body.error.code).toBe("common.bad_cursor");
  });

  test("one that waits is cancelled once; one whose outcome is unknown is sent again; nothing else is", async () => {
    const chat = await makeGroup(database.db, mine, -1_200_002);
    const { id } = await queue(chat.id);
    expect((await ask("POST", `/deliveries/${id}/cancel`)).body).toEqual({ count: 1 });
    expect((await ask("POST", `/deliveries/${id}/cancel`)).status).toBe(409);
    expect((await ask("POST", `/deliveries/${id}/resend`)).body.error.code).toBe("messaging.not_unknown");
    await database.db
      .update(deliveries)
      .set({ state: "unknown", errorCode: "messaging.unknown.answer_lost" })
      .where(eq(deliveries.id, BigInt(id ?? 0)));
    expect((await ask("POST", `/deliveries/${id}/resend`)).body).toEqual({ count: 1 });
    expect((await ask("GET", `/deliveries/${id}`)).body).toMatchObject({ state: "queued", attempts: 0, problem: null });
    expect((await ask("POST", "/deliveries/resend-unknown", {})).body).toEqual({ count: 0 });
    expect((await ask("POST", "/deliveries/99999999/cancel")).status).toBe(404);
  });

  test("another workspace's message does not exist", async () => {
    const chat = await makeGroup(database.db, theirs, -2_000_003);
    const { id } = await queue(chat.id, { workspaceId: theirs.workspaceId });
    expect((await ask("GET", `/deliveries/${id}`)).status).toBe(404);
    expect((await ask("POST", `/deliveries/${id}/cancel`)).status).toBe(404);
    expect((await ask("GET", "/deliveries?limit=200")).body.items.map((one: { id: string }) => one.id)).not.toContain(
      id,
    );
  });

  test("lanes tell their backlog", async () => {
    const [lane] = (await ask("GET", "/lanes")).body.items;
    expect(lane).toMatchObject({ botId: mine.botId, hasOwner: false, pausedUntil: null });
    expect(lane.queued).toBeGreaterThan(0);
    expect(lane.oldestQueuedAt).toBeString();
  });
});

describe("a bot's place in a chat", () => {
  const join = (telegramChatId: number, status: "member" | "administrator" | "kicked" | "left", canPost?: boolean) =>
    recordMembership(database.db, {
      workspaceId: mine.workspaceId,
      botId: mine.botId,
      chat: { telegramChatId, kind: "channel", title: "News" },
      status,
      canPost,
    });

  test("added, silenced, made able again, removed: the state follows, and coming back is noticed", async () => {
    expect(await join(-1_300_001, "left")).toBeNull();
    expect(await join(-1_300_001, "administrator", true)).toMatchObject({ isNew: true, becameActive: true });
    expect(await join(-1_300_001, "administrator", true)).toMatchObject({ isNew: false, becameActive: false });
    expect((await join(-1_300_001, "administrator", false))?.chat.state).toBe("no_rights");
    expect(await join(-1_300_001, "administrator", true)).toMatchObject({ isNew: false, becameActive: true });
    expect((await join(-1_300_001, "kicked"))?.chat.state).toBe("kicked");
  });

  test("who added the bot is told once that the chat is lost, in his language", async () => {
    const [adder] = await database.db
      .insert(persons)
      .values({ workspaceId: mine.workspaceId, telegramId: 7_500_001 })
      .returning();
    const own = await registerChat(database.db, {
      ...mine,
      telegramChatId: 7_500_001,
      kind: "private",
      title: "Adder",
      personId: adder?.id,
      locale: "uk",
    });
    const chat = await registerChat(database.db, {
      ...mine,
      telegramChatId: -1_300_002,
      kind: "supergroup",
      title: "Big <wins>",
      addedBy: adder?.id,
    });
    await loseChat(database.db, chat.id, "kicked");
    const ctx = { db: database.db, actor: systemActor(mine.workspaceId) } as never;
    for (let n = 0; n < 2; n++) await tellChatLost(ctx, { workspaceId: mine.workspaceId, chatId: chat.id });
    const told = (await ask("GET", `/deliveries?chatId=${own.id}`)).body.items;
    expect(told).toHaveLength(1);
    expect(told[0].content.html).toBe(
      "Бот більше не може писати в «Big &lt;wins&gt;». Бота видалили з чату. Додайте його знову, щоб продовжити.",
    );
  });
});
