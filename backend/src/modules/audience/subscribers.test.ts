import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { reactions } from "@backend/app/reactions.ts";
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { publish, setReactions } from "@backend/kit/events.ts";
import { blockPerson } from "@backend/modules/identity/actions/block-person.ts";
import { unblockPerson } from "@backend/modules/identity/actions/unblock-person.ts";
import {
  createTestServer,
  makePerson,
  makeWorkspace,
  nextTelegramId,
  silentLog,
  type TestServer,
  type TestWorkspace,
  testPorts,
} from "@backend/modules/identity/testing.ts";
import { loseChat, registerChat } from "@backend/modules/messaging/index.ts";
import { orderMoved } from "@backend/modules/shop/index.ts";
import type { Db } from "@db/client.ts";
import { audienceCategories, audienceFields, optOuts, subscribers } from "@db/schema/audience.ts";
import { bots } from "@db/schema/bots.ts";
import { sequences } from "@db/schema/broadcasts.ts";
import { persons, workspaces } from "@db/schema/identity.ts";
import { chats } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq, sql } from "drizzle-orm";
import { adoptChats } from "./actions/adopt-chats.ts";
import { changeSubscriber } from "./actions/change-subscriber.ts";
import { followPerson } from "./actions/lose-subscriber.ts";
import { audiencePersonData } from "./actions/person-data.ts";
import { audienceCeiling, followChat, recordSubscriber, stillInAudience, walkAudience } from "./index.ts";
import { audienceModule } from "./module.ts";
import { makeBot, makeSubscriber } from "./testing.ts";

let database: TestDatabase;
let db: Db;
let server: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  server = createTestServer(db, [audienceModule.routes, audienceModule.myRoutes], testPorts());
});
afterAll(() => database.drop());

const contextOf = (at: TestWorkspace, on: Db = db): ActionContext => ({
  db: on,
  actor: systemActor(at.workspaceId),
  now: new Date(),
  log: silentLog,
  ports: {},
  requestId: "test",
});
const rowOf = async (id: number) =>
  (
    await db
      .select()
      .from(subscribers)
      .where(eq(subscribers.id, BigInt(id)))
  )[0];
const walk = async (at: TestWorkspace, categoryId: number | null = null) =>
  walkAudience(db, {
    workspaceId: at.workspaceId,
    condition: null,
    categoryId,
    now: new Date(),
    timeZone: "UTC",
    botId: at.botId,
    afterId: 0,
    ceiling: await audienceCeiling(db, at.botId),
    limit: 10,
  });
const makeCategory = async (at: TestWorkspace, en = "News") =>
  (await db.insert(audienceCategories).values({ workspaceId: at.workspaceId, names: { en } }).returning())[0]?.id ?? 0;

/** Somebody who wrote to the bot, as the edge records him. */
async function arrive(at: TestWorkspace, personId: string, telegramId: number, on: Db = db) {
  const chat = await registerChat(on, {
    workspaceId: at.workspaceId,
    botId: at.botId,
    telegramChatId: telegramId,
    kind: "private",
    title: "Ann",
    personId,
  });
  const user = { telegramId, firstName: "Ann", lastName: null, username: null, languageCode: "en" };
  const { subscriberId } = await recordSubscriber(
    { db: on, now: new Date() },
    { ...at, chatId: chat.id, personId, user, contact: { kind: "start", source: "ad" } },
  );
  return { subscriberId, chatId: chat.id };
}

describe("rows of people", () => {
  /** The constraint that refuses a statement. */
  const refusalOf = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "nothing",
      (error: Error & { cause?: { constraint_name?: string } }) => error.cause?.constraint_name ?? error.message,
    );

  test("cannot join the chat, the bot and the workspace of different owners", async () => {
    const [mine, theirs] = [await makeWorkspace(db), await makeWorkspace(db)];
    const second = await makeBot(db, mine);
    const telegramId = nextTelegramId();
    const place = { telegramChatId: telegramId, kind: "private" as const, title: "Ann" };
    const { workspaceId } = mine;
    expect(await refusalOf(registerChat(db, { workspaceId, botId: theirs.botId, ...place }))).toBe("chats_of_bot");
    const { id: chatId } = await registerChat(db, { workspaceId, botId: mine.botId, ...place });
    const one = { workspaceId, botId: mine.botId, chatId, telegramId, origin: "start" as const };
    for (const wrong of [{ workspaceId: theirs.workspaceId }, { botId: second.botId }, { chatId: crypto.randomUUID() }])
      expect(await refusalOf(db.insert(subscribers).values({ ...one, ...wrong }))).toBe("subscribers_of_chat");
    expect(await refusalOf(db.insert(subscribers).values(one))).toBe("nothing");
  });

  test("go with their bot and with their workspace, and nobody else's do", async () => {
    const [mine, theirs] = [await makeWorkspace(db), await makeWorkspace(db)];
    const second = await makeBot(db, mine);
    for (const at of [mine, second, theirs]) await makeSubscriber(db, at);
    const left = async () => {
      const counts = { mine: 0, theirs: 0 };
      for (const [name, { workspaceId }] of Object.entries({ mine, theirs }))
        counts[name as keyof typeof counts] = (
          await db
            .select()
            .from(subscribers)
            .innerJoin(chats, eq(chats.id, subscribers.chatId))
            .where(eq(chats.workspaceId, workspaceId))
        ).length;
      return counts;
    };
    await db.delete(bots).where(eq(bots.id, second.botId));
    expect(await left()).toEqual({ mine: 1, theirs: 1 });
    await db.delete(workspaces).where(eq(workspaces.id, mine.workspaceId));
    expect(await left()).toEqual({ mine: 0, theirs: 1 });
    expect(await db.select().from(chats).where(eq(chats.workspaceId, mine.workspaceId))).toEqual([]);
  });
});

describe("a chat that the lane finds blocked", () => {
  test("takes its subscriber out of the audience; one that is back by then stays in", async () => {
    const at = await makeWorkspace(db);
    const { id, chatId } = await makeSubscriber(db, at);
    await loseChat(db, chatId, "deactivated");
    const input = { workspaceId: at.workspaceId, chatId };
    await followChat(contextOf(at), input);
    await followChat(contextOf(at), input);
    expect(await rowOf(id)).toMatchObject({ state: "deactivated" });
    expect(await walk(at)).toEqual([]);
    const back = await makeSubscriber(db, at);
    await followChat(contextOf(at), { workspaceId: at.workspaceId, chatId: back.chatId });
    expect(await rowOf(back.id)).toMatchObject({ state: "active", lostAt: null });
  });

  test("and is unblocked at the same moment ends as its chat does", async () => {
    const at = await makeWorkspace(db);
    const { personId, telegramId } = await makePerson(db, at);
    const { subscriberId, chatId } = await arrive(at, personId, telegramId);
    for (let round = 0; round < 5; round++) {
      await loseChat(db, chatId, "blocked");
      const input = { workspaceId: at.workspaceId, chatId };
      await Promise.all([
        followChat(contextOf(at), input),
        db.transaction(async (tx) => void (await arrive(at, personId, telegramId, tx as unknown as Db))),
      ]);
      expect(await rowOf(subscriberId)).toMatchObject({ state: "active", lostAt: null });
    }
  });
});

test("a lost private chat and a blocked person reach this room by the product's own reactions, a lost group does not", async () => {
  const at = await makeWorkspace(db);
  const { personId } = await makePerson(db, at);
  const { chatId } = await makeSubscriber(db, at);
  const group = await registerChat(db, { ...at, telegramChatId: -nextTelegramId(), kind: "group", title: "Club" });
  setReactions(reactions);
  try {
    await loseChat(db, chatId, "blocked");
    await loseChat(db, group.id, "kicked");
    await blockPerson(contextOf(at), { personId });
  } finally {
    setReactions([]);
  }
  const jobs = await db.execute<{ payload: { chatId?: string; personId?: string } }>(sql`
    select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier in ('audience.follow-chat', 'audience.follow-person') and payload->>'workspaceId' = ${at.workspaceId}`);
  expect(jobs.map(({ payload }) => payload.chatId ?? payload.personId)).toEqual([chatId, personId]);
});

test("fields that change are told to the sequences that begin by them, once and without their values", async () => {
  const at = await makeWorkspace(db);
  const { id } = await makeSubscriber(db, at);
  for (const [key, kind] of [
    ["city", "text"],
    ["age", "number"],
    ["vip", "boolean"],
  ] as const)
    await db.insert(audienceFields).values({ workspaceId: at.workspaceId, key, name: key, kind });
  for (const [key, state] of [
    ["city", "active"],
    ["age", "paused"],
    ["vip", "active"],
  ] as const)
    await db.insert(sequences).values({
      ...{
        workspaceId: at.workspaceId,
        name: key,
        state,
        botIds: [],
        trigger: { kind: "field_changed", key, value: null },
      },
    });
  const change = (fields: Record<string, string | number | boolean | null>) =>
    changeSubscriber(contextOf(at), { subscriberId: String(id), fields });
  setReactions(reactions);
  try {
    await change({ city: " Kyiv ", age: 30, vip: false });
    await change({ city: "Kyiv", age: 31 });
    await change({ age: null, vip: true, city: "Kyiv" });
  } finally {
    setReactions([]);
  }
  const jobs = await db.execute<{ payload: { happening: unknown } }>(sql`
    select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
    where t.identifier = 'sequences.hear' and payload->>'workspaceId' = ${at.workspaceId} order by j.id`);
  expect(jobs.map(({ payload }) => payload.happening)).toEqual([
    { kind: "field_changed", keys: ["city", "vip"] },
    { kind: "field_changed", keys: ["vip"] },
  ]);
});

describe("somebody whom the workspace blocks", () => {
  test("cannot be written to through any bot, and can again when he is let in, except where he blocked the bot", async () => {
    const at = await makeWorkspace(db);
    const second = await makeBot(db, at);
    const { personId, telegramId } = await makePerson(db, at);
    const here = await arrive(at, personId, telegramId);
    const there = await arrive(second, personId, telegramId);
    await loseChat(db, there.chatId, "blocked");
    await followChat(contextOf(at), { workspaceId: at.workspaceId, chatId: there.chatId });
    await blockPerson(contextOf(at), { personId });
    await followPerson(contextOf(at), { workspaceId: at.workspaceId, personId });
    expect((await rowOf(here.subscriberId))?.state).toBe("unreachable");
    await unblockPerson(contextOf(at), { personId });
    await followPerson(contextOf(at), { workspaceId: at.workspaceId, personId });
    expect((await rowOf(here.subscriberId))?.state).toBe("active");
    expect((await rowOf(there.subscriberId))?.state).toBe("blocked");
  });
});

test("orders count when they are paid, in every bot of their buyer, and no more when they are refunded whole", async () => {
  setReactions(reactions);
  const at = await makeWorkspace(db);
  const second = await makeBot(db, at);
  const { personId, telegramId } = await makePerson(db, at);
  const other = await makePerson(db, at);
  const rows = [
    await arrive(at, personId, telegramId),
    await arrive(second, personId, telegramId),
    await arrive(at, other.personId, other.telegramId),
  ];
  const move = (state: string) =>
    publish(db, orderMoved, {
      workspaceId: at.workspaceId,
      orderId: crypto.randomUUID(),
      number: 1,
      personId,
      productId: crypto.randomUUID(),
      state,
      method: "balance",
      amount: "10",
      currency: "EUR",
    });
  const counted = () => Promise.all(rows.map(async ({ subscriberId }) => (await rowOf(subscriberId))?.orders));
  for (const state of ["pending", "paid", "completed", "pending", "expired"]) await move(state);
  expect(await counted()).toEqual([1, 1, 0]);
  await Promise.all(Array.from({ length: 5 }, () => move("paid")));
  expect(await counted()).toEqual([6, 6, 0]);
  await move("refunded");
  expect(await counted()).toEqual([5, 5, 0]);
  expect((await rowOf(rows[0]?.subscriberId ?? 0))?.lastOrderAt).toBeInstanceOf(Date);
});

describe("private chats from before there were subscribers", () => {
  test("become subscribers once, with what is known of the person and what he refuses; erased ones do not", async () => {
    const at = await makeWorkspace(db);
    const { personId, telegramId } = await makePerson(db, at, { firstName: "Olha" });
    const refusing = nextTelegramId();
    const make = (telegramChatId: number, over: object = {}) =>
      registerChat(db, { ...at, telegramChatId, kind: "private", title: "By title", ...over });
    await make(telegramId, { personId });
    await make(refusing);
    await loseChat(db, (await make(nextTelegramId())).id, "blocked");
    await make(-4_000_000_000_000_001);
    await db.insert(optOuts).values({ workspaceId: at.workspaceId, telegramId: refusing, via: "screen" });
    for (let run = 0; run < 2; run++) await adoptChats(contextOf(at), { botId: at.botId, after: 0 });
    const rows = await db
      .select()
      .from(subscribers)
      .where(eq(subscribers.botId, at.botId))
      .orderBy(subscribers.telegramId);
    expect(rows).toMatchObject([
      { firstName: "Olha", personId, state: "active", origin: "other", isOptedOut: false },
      { firstName: "By title", state: "active", isOptedOut: true },
      { state: "blocked" },
    ]);
  });

  test("are looked for only at bots that have more chats than subscribers", async () => {
    const at = await makeWorkspace(db);
    const queued = async () =>
      (
        await db.execute<{ bot: string | null }>(
          sql`select payload->>'botId' as bot from graphile_worker._private_jobs j
            join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'audience.adopt-chats'`,
        )
      ).map(({ bot }) => bot);
    await makeSubscriber(db, at);
    await adoptChats(contextOf(at), {});
    expect(await queued()).not.toContain(at.botId);
    await registerChat(db, { ...at, telegramChatId: nextTelegramId(), kind: "private", title: "Old" });
    await adoptChats(contextOf(at), {});
    expect(await queued()).toContain(at.botId);
  });
});

describe("what a person refuses", () => {
  const mine = (headers: Record<string, string>, path = "", body?: object) =>
    server.call(body ? "PUT" : "GET", `/my/subscriptions${path}`, { headers, body });

  test("is said on a screen that needs no membership, holds in all bots, and is taken back only there", async () => {
    const at = await makeWorkspace(db);
    const second = await makeBot(db, at);
    const news = await makeCategory(at);
    const { personId, telegramId, headers } = await makePerson(db, at);
    const rows = [await arrive(at, personId, telegramId), await arrive(second, personId, telegramId)];
    expect((await mine(headers)).body).toEqual({
      workspace: "Acme",
      isOptedOut: false,
      categories: [{ id: news, name: "News", isOptedOut: false }],
    });
    expect((await mine(headers, `/${news}`, { isOptedOut: true })).body.categories[0].isOptedOut).toBe(true);
    expect((await mine(headers, "/0", { isOptedOut: true })).body.isOptedOut).toBe(true);
    for (const { subscriberId } of rows)
      expect(await rowOf(subscriberId)).toMatchObject({ isOptedOut: true, optedOutOf: [news] });
    expect(await walk(second)).toMatchObject([{ isOptedOut: true }]);
    await mine(headers, "/0", { isOptedOut: false });
    expect(await walk(second)).toMatchObject([{ isOptedOut: false }]);
    expect(await walk(second, news)).toMatchObject([{ isOptedOut: true }]);
    const [kept] = await db
      .select()
      .from(optOuts)
      .where(and(eq(optOuts.telegramId, telegramId), eq(optOuts.categoryId, 0)));
    expect(kept?.endedAt).not.toBeNull();
  });

  test("can be noted by a member who was asked, whose word then does not take it back", async () => {
    const at = await makeWorkspace(db);
    const member = await makePerson(db, at, { role: "owner" });
    const { id } = await makeSubscriber(db, at);
    const path = `/audience/subscribers/${id}/opt-out`;
    const answer = await server.call("POST", path, { headers: member.headers, body: { categoryId: 0 } });
    expect(answer.body.refusals).toMatchObject([{ categoryId: 0, via: "member" }]);
    expect((await rowOf(id))?.isOptedOut).toBe(true);
    // A member speaks for himself on his own screen, and for nobody else anywhere.
    await mine(member.headers, "/0", { isOptedOut: false });
    expect((await rowOf(id))?.isOptedOut).toBe(true);
    const patch = await server.call("PATCH", `/audience/subscribers/${id}`, {
      headers: member.headers,
      body: { isOptedOut: false, note: "x" },
    });
    expect(patch.body.isOptedOut).toBe(true);
  });

  test("of a category of another workspace does not exist", async () => {
    const at = await makeWorkspace(db);
    const theirs = await makeCategory(await makeWorkspace(db));
    const { headers } = await makePerson(db, at);
    expect((await mine(headers, `/${theirs}`, { isOptedOut: true })).status).toBe(404);
    expect(await db.select().from(optOuts).where(eq(optOuts.workspaceId, at.workspaceId))).toEqual([]);
  });

  test("while he starts another bot is not missed there", async () => {
    const at = await makeWorkspace(db);
    const { personId, telegramId, headers } = await makePerson(db, at);
    for (let round = 0; round < 5; round++) {
      const bot = await makeBot(db, at);
      const [{ subscriberId }] = await Promise.all([
        db.transaction((tx) => arrive(bot, personId, telegramId, tx as unknown as Db)),
        mine(headers, "/0", { isOptedOut: true }),
      ]);
      expect((await rowOf(subscriberId))?.isOptedOut).toBe(true);
      await mine(headers, "/0", { isOptedOut: false });
      expect((await rowOf(subscriberId))?.isOptedOut).toBe(false);
    }
  });
});

describe("a person's data", () => {
  test("is exported whole, with consents and nothing of others; erasure takes it away at once and keeps the stop", async () => {
    const at = await makeWorkspace(db);
    const { personId, telegramId, headers } = await makePerson(db, at);
    const { subscriberId } = await arrive(at, personId, telegramId);
    await makeSubscriber(db, at, { firstName: "Other", note: "not his" });
    await db
      .update(subscribers)
      .set({ note: "his own note" })
      .where(eq(subscribers.id, BigInt(subscriberId)));
    await server.call("PUT", "/my/subscriptions/0", { headers, body: { isOptedOut: true } });
    const identity = { workspaceId: at.workspaceId, personId, telegramId };
    const told = JSON.stringify(await audiencePersonData.exportPerson(db, identity));
    expect(told).toContain("his own note");
    expect(told).toContain('"categoryId":0');
    expect(told).not.toContain("not his");
    const ask = { workspaceId: at.workspaceId, condition: null, categoryId: null, now: new Date(), timeZone: "UTC" };
    expect((await stillInAudience(db, ask, [subscriberId])).size).toBe(1);
    await audiencePersonData.erasePerson(db, identity);
    expect((await stillInAudience(db, ask, [subscriberId])).size).toBe(0);
    expect(await rowOf(subscriberId)).toBeUndefined();
    // As identity and messaging erase: a new start is a new person in a new chat.
    await db.update(persons).set({ telegramId: null }).where(eq(persons.id, personId));
    await db
      .update(chats)
      .set({ telegramChatId: -telegramId, state: "removed" })
      .where(eq(chats.telegramChatId, telegramId));
    const [person] = await db.insert(persons).values({ workspaceId: at.workspaceId, telegramId }).returning();
    const again = await arrive(at, person?.id ?? "", telegramId);
    expect(await rowOf(again.subscriberId)).toMatchObject({ isOptedOut: true, note: null, state: "active" });
  });
});
