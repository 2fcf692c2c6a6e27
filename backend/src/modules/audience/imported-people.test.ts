import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { haltLane, loseChat, registerChat, takeTurnAt } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { optOuts, subscribers } from "@db/schema/audience.ts";
import { bots } from "@db/schema/bots.ts";
import { persons, workspaces } from "@db/schema/identity.ts";
import { chats } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq, sql } from "drizzle-orm";
import { adoptChats } from "./actions/adopt-chats.ts";
import { followPerson } from "./actions/lose-subscriber.ts";
import { audiencePersonData } from "./actions/person-data.ts";
import type { Contact } from "./actions/record-subscriber.ts";
import { runImport } from "./actions/run-import.ts";
import { caller, come, jobContext, storeFile } from "./import-testing.ts";
import { findSubscribersLike } from "./names.ts";
import { findSubscriberOf } from "./queries.ts";
import { audienceCeiling, reachOf, stillInAudience, walkAudience } from "./reach.ts";
import { makeBot } from "./testing.ts";

let database: TestDatabase;
let product: TestProduct;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  product = await startTestProduct(database);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

const now = new Date("2026-11-20T10:00:00Z");
const [olena, ben] = [7000000001, 7000000002];
const file = `id,name\n${olena},Olena\n${ben},Ben\n`;

async function space() {
  const at = await makeWorkspace(db, product.runtime.vault);
  const call = caller(product, (await makePerson(db, at, { role: "owner" })).headers);
  /** A file, from its upload to the end of its import. */
  async function imported(content: string, { botId }: TestWorkspace = at) {
    const uploadId = await storeFile(db, at.workspaceId, content);
    const { id } = (await call("POST", "/imports", { uploadId, botId })).body;
    await call("PATCH", `/imports/${id}`, { consent: "Agreed on our site" });
    await call("POST", `/imports/${id}/start`);
    await runImport(jobContext(db, at.workspaceId), { importId: id, workspaceId: at.workspaceId });
    const { state, added, updated } = (await call("GET", `/imports/${id}`)).body;
    return { state, added, updated };
  }
  return { at, call, imported };
}

const started = ({ botId }: TestWorkspace, telegramId: number) => findSubscriberOf(db, botId, telegramId);
const comes = (at: TestWorkspace, telegramId: number, contact?: Contact) =>
  db.transaction((tx) => come(tx as unknown as Db, at, { telegramId, contact, now }));

/** Whom a broadcast to everybody in these bots would count, and whom it would walk. */
async function reached(...places: TestWorkspace[]) {
  const ask = { workspaceId: places[0]?.workspaceId ?? "", condition: null, categoryId: null, now, timeZone: "UTC" };
  const { people, unreachable } = await reachOf(db, { ...ask, botIds: places.map(({ botId }) => botId) });
  const walked = [];
  for (const { botId } of places) {
    const ceiling = await audienceCeiling(db, botId);
    walked.push(...(await walkAudience(db, { ...ask, botId, afterId: 0, ceiling, limit: 100 })));
  }
  const rows = await db.select().from(subscribers).where(eq(subscribers.workspaceId, ask.workspaceId));
  const ids = rows.map(({ id }) => Number(id));
  expect((await stillInAudience(db, ask, ids)).size).toBe(walked.length);
  return { people, unreachable, ids: walked.map(({ telegramId }) => telegramId) };
}

describe("somebody imported who never came", () => {
  test("has no chat and is reached by nothing; from his Start on he has one and is reached", async () => {
    const { at, call, imported } = await space();
    expect(await imported(file)).toEqual({ state: "done", added: 2, updated: 0 });
    expect(await db.select().from(chats).where(eq(chats.botId, at.botId))).toEqual([]);
    expect(await reached(at)).toEqual({ people: 0, unreachable: 2, ids: [] });
    const row = await started(at, olena);
    expect((await call("GET", `/subscribers/${row?.id}`)).body).toMatchObject({ state: "unreachable", chatId: null });
    const { personId, chatId } = await comes(at, olena, { kind: "start", source: "ad" });
    expect(await started(at, olena)).toMatchObject({
      ...{ id: row?.id, chatId, personId, state: "active", origin: "import", source: "ad" },
      firstName: "Came",
    });
    expect((await started(at, olena))?.subscribedAt?.toISOString()).toBe(now.toISOString());
    expect(await reached(at)).toEqual({ people: 1, unreachable: 1, ids: [olena] });
    expect((await call("GET", `/subscribers/${row?.id}`)).body).toMatchObject({ state: "active", chatId });
  });

  test("is reached as well after a message or an unblocking, which prove as much as a Start", async () => {
    const { at, imported } = await space();
    await imported(file);
    await comes(at, olena, { kind: "message", isCommand: false });
    await comes(at, ben, { kind: "unblock" });
    expect((await reached(at)).ids).toEqual([olena, ben]);
  });

  test("is reached by nobody else's Start: each of two bots has him to itself", async () => {
    const { at, imported } = await space();
    const second = await makeBot(db, at);
    await imported(file);
    expect(await imported(file, second)).toEqual({ state: "done", added: 2, updated: 0 });
    const { chatId } = await comes(second, olena);
    expect(await started(at, olena)).toMatchObject({ chatId: null, state: "unreachable", subscribedAt: null });
    expect((await started(second, olena))?.chatId).toBe(chatId);
    expect(await reached(at, second)).toEqual({ people: 1, unreachable: 3, ids: [olena] });
  });

  test("is imported again without a trace, and keeps his chat once he has come", async () => {
    const { at, imported } = await space();
    await imported(file);
    expect(await imported(file)).toEqual({ state: "done", added: 0, updated: 0 });
    const { chatId } = await comes(at, olena);
    expect(await imported(`id,surname\n${olena},Koval\n`)).toEqual({ state: "done", added: 0, updated: 1 });
    expect(await started(at, olena)).toMatchObject({ chatId, state: "active", lastName: "Koval" });
  });

  test("is not found among those to whom something was sent, and is in the list of people", async () => {
    const { at, call, imported } = await space();
    await imported(file);
    const listed = await call<{ items: { firstName: string }[] }>("GET", "/subscribers?search=ole");
    expect(listed.body.items.map(({ firstName }) => firstName)).toEqual(["Olena"]);
    expect(await findSubscribersLike(db, at.workspaceId, "ole", 10)).toEqual([]);
    const { chatId } = await comes(at, ben);
    expect((await findSubscribersLike(db, at.workspaceId, "came", 10)).map((one) => one.chatId)).toEqual([chatId]);
  });

  test("stays out of reach when the workspace blocks him and lets him in again", async () => {
    const { at, imported } = await space();
    const person = await makePerson(db, at);
    await imported(`id\n${person.telegramId}\n`);
    const input = { workspaceId: at.workspaceId, personId: person.personId };
    for (const blockedAt of [now, null]) {
      await db.update(persons).set({ blockedAt }).where(eq(persons.id, person.personId));
      await followPerson(jobContext(db, at.workspaceId, now), input);
      expect(await started(at, person.telegramId)).toMatchObject({ chatId: null, state: "unreachable", lostAt: null });
    }
  });

  test("is in the export of a person, and gone when he is erased; what he refused still holds when he is imported again", async () => {
    const { at, imported } = await space();
    const person = await makePerson(db, at);
    const who = { workspaceId: at.workspaceId, personId: person.personId, telegramId: person.telegramId };
    await imported(`id\n${person.telegramId}\n`);
    expect(await audiencePersonData.exportPerson(db, who)).toMatchObject({
      subscriptions: [{ telegramId: person.telegramId, chatId: null, state: "unreachable" }],
    });
    await db.insert(optOuts).values({ ...who, via: "member" });
    await audiencePersonData.erasePerson(db, who);
    expect(await started(at, person.telegramId)).toBeNull();
    expect(await imported(`id\n${person.telegramId}\n`)).toMatchObject({ added: 1 });
    expect(await started(at, person.telegramId)).toMatchObject({ isOptedOut: true });
  });

  test("goes with his bot and with his workspace, and nobody else does", async () => {
    const [at, theirs] = [await makeWorkspace(db), await makeWorkspace(db)];
    const second = await makeBot(db, at);
    const places = [at, second, theirs];
    for (const { workspaceId, botId } of places)
      for (const telegramId of [olena, ben])
        await db.insert(subscribers).values({ workspaceId, botId, telegramId, origin: "import", state: "unreachable" });
    const left = async () => {
      const rows = await db.select({ botId: subscribers.botId }).from(subscribers);
      return places.map(({ botId }) => rows.filter((row) => row.botId === botId).length);
    };
    expect(await left()).toEqual([2, 2, 2]);
    await db.delete(bots).where(eq(bots.id, second.botId));
    expect(await left()).toEqual([2, 0, 2]);
    await db.delete(workspaces).where(eq(workspaces.id, at.workspaceId));
    expect(await left()).toEqual([0, 0, 2]);
  });

  test("who comes in the moment of the import is completed by it, and the others of the file come as well", async () => {
    const { at, imported } = await space();
    const coming = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const arrival = db.transaction(async (tx) => {
      const { workspaceId, botId } = at;
      const row = { workspaceId, botId, telegramId: ben, origin: "import", state: "unreachable" } as const;
      await tx.insert(subscribers).values(row);
      coming.resolve();
      await mayEnd.promise;
    });
    await coming.promise;
    const importing = imported(file);
    // The import has looked for whom it knows, and waits for who is coming.
    const isWaiting = async () => {
      const [row] = await db.execute<{ count: number }>(sql`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into subscribers%'`);
      return row?.count === 1;
    };
    while (!(await isWaiting())) await Bun.sleep(5);
    mayEnd.resolve();
    await arrival;
    expect(await importing).toEqual({ state: "done", added: 1, updated: 1 });
    expect([(await started(at, olena))?.firstName, (await started(at, ben))?.firstName]).toEqual(["Olena", "Ben"]);
  });
});

describe("a chat that is known before its owner is imported", () => {
  test("makes him as reachable as it is", async () => {
    const { at, imported } = await space();
    const states = ["active", "blocked", "deactivated", "removed"] as const;
    const made = new Map<number, string>();
    for (const [n, state] of states.entries()) {
      const chat = await registerChat(db, { ...at, telegramChatId: olena + n, kind: "private", title: "Ann" });
      if (state !== "active") await loseChat(db, chat.id, state);
      made.set(olena + n, chat.id);
    }
    await imported(`id\n${[...made.keys()].join("\n")}\n`);
    for (const [n, state] of states.entries())
      expect(await started(at, olena + n)).toMatchObject({
        chatId: made.get(olena + n),
        state: state === "removed" ? "unreachable" : state,
      });
  });

  test("becomes his with the next import, or when chats without subscribers are looked through, which makes him reachable", async () => {
    const { at, imported } = await space();
    await imported(file);
    const chatOf = (telegramChatId: number) =>
      registerChat(db, { ...at, telegramChatId, kind: "private", title: "Came" });
    const hers = await chatOf(olena);
    expect(await imported(file)).toEqual({ state: "done", added: 0, updated: 1 });
    expect(await started(at, olena)).toMatchObject({ chatId: hers.id, state: "unreachable" });
    const his = await chatOf(ben);
    const ctx = jobContext(db, at.workspaceId, now);
    for (let n = 0; n < 2; n++) {
      await adoptChats(ctx, { botId: at.botId });
      expect(await started(at, ben)).toMatchObject({ chatId: his.id, state: "active", firstName: "Ben" });
    }
    expect((await started(at, ben))?.subscribedAt?.toISOString()).toBe(his.createdAt.toISOString());
  });
});

describe("a row without a chat", () => {
  test("is of a bot of its workspace, and of nobody who can be written to", async () => {
    const [mine, theirs] = [(await space()).at, (await space()).at];
    const row = { workspaceId: mine.workspaceId, botId: mine.botId, telegramId: olena, origin: "import" } as const;
    const refusal = (values: Partial<typeof subscribers.$inferInsert>) =>
      db
        .insert(subscribers)
        .values({ ...row, state: "unreachable", ...values })
        .then(
          () => null,
          (error: Error & { cause?: { constraint_name?: string } }) => error.cause?.constraint_name,
        );
    expect(await refusal({ botId: theirs.botId })).toBe("subscribers_of_bot");
    expect(await refusal({ state: "active" })).toBe("subscribers_chat_known");
    expect(await refusal({ subscribedAt: now })).toBe("subscribers_chat_known");
    expect(await refusal({})).toBeNull();
    const active = db.update(subscribers).set({ state: "blocked" });
    const change = active.where(and(eq(subscribers.botId, mine.botId), eq(subscribers.telegramId, olena)));
    expect(await change.then(() => "changed").catch(() => "refused")).toBe("refused");
  });

  const imported = (at: TestWorkspace, telegramId: number) =>
    ({ workspaceId: at.workspaceId, botId: at.botId, telegramId, origin: "import", state: "unreachable" }) as const;
  const peopleOf = ({ botId }: TestWorkspace) => db.$count(subscribers, eq(subscribers.botId, botId));
  const outcome = (work: Promise<unknown>) =>
    work.then(
      () => "done",
      (error: Error & { cause?: { constraint_name?: string } }) => error.cause?.constraint_name,
    );

  test("comes with none of its statement when one of them is of a stranger's bot", async () => {
    const [mine, theirs] = [(await space()).at, (await space()).at];
    const rows = [imported(mine, olena), { ...imported(mine, ben), workspaceId: theirs.workspaceId }];
    expect(await outcome(db.insert(subscribers).values(rows))).toBe("subscribers_of_bot");
    expect(await peopleOf(mine)).toBe(0);
  });

  test("stays with its bot, and the bot with its workspace", async () => {
    const [mine, theirs] = [(await space()).at, (await space()).at];
    await db.insert(subscribers).values(imported(mine, olena));
    const move = db.update(subscribers).set({ botId: theirs.botId, workspaceId: theirs.workspaceId });
    expect(await outcome(move.where(eq(subscribers.botId, mine.botId)))).toBe("subscribers_of_bot");
    const bot = db.update(bots).set({ workspaceId: theirs.workspaceId });
    expect(await outcome(bot.where(eq(bots.id, mine.botId)))).toBe("subscribers_of_bot");
    expect(await peopleOf(mine)).toBe(1);
  });

  test("goes with its bot, also when it came while the bot was going", async () => {
    const [mine, other] = [(await space()).at, (await space()).at];
    await db.insert(subscribers).values(imported(other, olena));
    const coming = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const arrival = db.transaction(async (tx) => {
      await tx.insert(subscribers).values(imported(mine, olena));
      coming.resolve();
      await mayEnd.promise;
    });
    await coming.promise;
    const departure = outcome(db.delete(bots).where(eq(bots.id, mine.botId)));
    const isOver = await Promise.race([departure.then(() => true), Bun.sleep(200).then(() => false)]);
    mayEnd.resolve();
    await arrival;
    expect([isOver, await departure]).toEqual([false, "done"]);
    expect([await peopleOf(mine), await peopleOf(other)]).toEqual([0, 1]);
  });

  test("keeps nobody from giving its bot up while one batch follows another", async () => {
    const { at } = await space();
    const batch = (telegramId: number, isIn: () => void, end: Promise<unknown>) =>
      db.transaction(async (tx) => {
        await takeTurnAt(tx as unknown as Db, at.botId);
        await tx.insert(subscribers).values(imported(at, telegramId));
        isIn();
        await end;
      });
    const isIn = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const first = batch(olena, isIn.resolve, mayEnd.promise);
    await isIn.promise;
    const givenUp = db.transaction((tx) => haltLane(tx as unknown as Db, at.botId, "gone"));
    const waiting = async () => {
      const [row] = await db.execute<{ count: number }>(sql`
        select count(*)::int as count from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return row?.count ?? 0;
    };
    while ((await waiting()) < 1) await Bun.sleep(5);
    // It would last until the bot is given up, had it come before that.
    const second = batch(ben, () => {}, givenUp);
    mayEnd.resolve();
    expect(await givenUp).toBe(0);
    await Promise.all([first, second]);
    expect(await peopleOf(at)).toBe(2);
  });

  test("does not come to a bot that is going", async () => {
    const { at } = await space();
    const going = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const departure = db.transaction(async (tx) => {
      await tx.delete(bots).where(eq(bots.id, at.botId));
      going.resolve();
      await mayEnd.promise;
    });
    await going.promise;
    const arrival = outcome(db.insert(subscribers).values(imported(at, olena)));
    mayEnd.resolve();
    await departure;
    expect(await arrival).toBe("subscribers_of_bot");
  });
});
