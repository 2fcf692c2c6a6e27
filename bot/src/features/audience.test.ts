import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { setReactions, when } from "@backend/kit/events.ts";
import { defineJob } from "@backend/kit/jobs.ts";
import { optOutButton, subscriberJoined, subscriberLost, subscriberWrote } from "@backend/modules/audience/index.ts";
import type { Content } from "@backend/modules/messaging/index.ts";
import type { Db } from "@db/client.ts";
import { audienceCategories, optOuts, subscribers } from "@db/schema/audience.ts";
import { bots } from "@db/schema/bots.ts";
import { persons } from "@db/schema/identity.ts";
import { createTestDatabase, rolledBack, type TestDatabase } from "@db/testing.ts";
import { and, asc, eq, sql } from "drizzle-orm";
import { t } from "elysia";
import { createFeeder, makeWorkspaceBot, owed, testVault, type WorkspaceBot } from "../testing.ts";

let database: TestDatabase;
/** What was published, as jobs. */
const noted = defineJob({ name: "test.noted", payload: t.Any(), attempts: 1 });
beforeAll(async () => {
  database = await createTestDatabase();
  setReactions([
    when(subscriberJoined, noted, ({ isReturn, source }) => ({ joined: { isReturn, source } })),
    when(subscriberLost, noted, ({ state }) => ({ lost: state })),
    when(subscriberWrote, noted, ({ isCommand }) => ({ wrote: isCommand })),
  ]);
});
afterAll(async () => {
  setReactions([]);
  await database.drop();
});

const inside = (work: (db: Db, at: WorkspaceBot) => Promise<void>) =>
  rolledBack(database.db, async (db) => work(db, await makeWorkspaceBot(db)));

let updateId = 40_000;
const oksana = {
  id: 700000001,
  is_bot: false,
  first_name: "Oksana",
  last_name: "Koval",
  username: "oksana",
  language_code: "pt-br",
};
const privateChat = { id: oksana.id, first_name: "Oksana", type: "private" };
const said = (text: string, from: object = oksana) => ({
  update_id: updateId++,
  message: {
    message_id: 5,
    from,
    chat: privateChat,
    date: 1760000000,
    text,
    ...(text.startsWith("/")
      ? { entities: [{ offset: 0, length: text.split(" ")[0]?.length ?? 0, type: "bot_command" }] }
      : {}),
  },
});
const became = (at: WorkspaceBot, status: string) => ({
  update_id: updateId++,
  my_chat_member: {
    chat: privateChat,
    from: oksana,
    date: 1760000100,
    old_chat_member: { user: { id: at.bot.telegramId, is_bot: true, first_name: "Acme" }, status: "member" },
    new_chat_member: { user: { id: at.bot.telegramId, is_bot: true, first_name: "Acme" }, status, until_date: 0 },
  },
});
const pressed = (data: string, over: object = {}) => ({
  update_id: updateId++,
  callback_query: {
    id: String(updateId),
    from: oksana,
    chat_instance: "1",
    data,
    message: { message_id: 9, date: 1760000000, chat: privateChat },
    ...over,
  },
});

const rowOf = async (db: Db, at: WorkspaceBot) =>
  (
    await db
      .select()
      .from(subscribers)
      .where(and(eq(subscribers.botId, at.bot.id), eq(subscribers.telegramId, oksana.id)))
  )[0];
const refusals = (db: Db, at: WorkspaceBot) =>
  db.select().from(optOuts).where(eq(optOuts.workspaceId, at.workspace.id)).orderBy(asc(optOuts.categoryId));
const published = async (db: Db) =>
  (
    await db.execute<{ payload: object }>(
      sql`select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier = 'test.noted' order by j.id`,
    )
  ).map(({ payload }) => payload);
const lastText = async (db: Db, at: WorkspaceBot) =>
  ((await owed(db, at)).at(-1)?.content as Extract<Content, { kind: "text" }> | undefined)?.html;
const minutes = (count: number) => new Date(Date.UTC(2026, 10, 21, 12, count));

describe("whoever writes to a bot", () => {
  test("by /start is its subscriber from then on; the first payload stays, and a second /start makes nobody twice", () =>
    inside(async (db, at) => {
      await createFeeder(db, at, { now: minutes(0) })(said("/start spring_ad"));
      await createFeeder(db, at, { now: minutes(1) })(said("/start autumn_ad"));
      const subscriber = await rowOf(db, at);
      expect([subscriber?.subscribedAt, subscriber?.lastSeenAt]).toEqual([minutes(0), minutes(0)]);
      expect(subscriber).toMatchObject({
        state: "active",
        origin: "start",
        source: "spring_ad",
        firstName: "Oksana",
        lastName: "Koval",
        username: "oksana",
        language: "pt",
      });
      expect(await published(db)).toEqual([
        { joined: { isReturn: false, source: "spring_ad" } },
        { wrote: true },
        { wrote: true },
      ]);
    }));

  test("in any other way is one too, and a later /start says where he came from", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      await feed(said("hello"));
      expect(await rowOf(db, at)).toMatchObject({ origin: "other", source: null, state: "active" });
      await feed(said("/start late"));
      expect(await rowOf(db, at)).toMatchObject({ origin: "other", source: "late" });
      expect((await published(db)).at(1)).toEqual({ wrote: false });
    }));

  test("with an invitation does not leave its token as a source", () =>
    inside(async (db, at) => {
      const token = "A".repeat(32);
      await createFeeder(db, at)(said(`/start inv_~${testVault.seal(token)}`));
      expect((await rowOf(db, at))?.source).toBeNull();
    }));

  test("is called as Telegram calls him now; what did not change is not written, and being seen is noted every five minutes", () =>
    inside(async (db, at) => {
      const now = (count: number) => createFeeder(db, at, { now: minutes(count) });
      await now(0)(said("one"));
      const version = async () =>
        (await db.execute<{ version: string }>(sql`select xmin::text || ctid::text as version from subscribers`))[0]
          ?.version;
      const before = await version();
      await now(4)(said("two"));
      expect(await version()).toBe(before as string);
      await now(4)(said("three", { ...oksana, first_name: "Ксюша", username: undefined }));
      const renamed = await rowOf(db, at);
      expect([renamed?.firstName, renamed?.username, renamed?.lastSeenAt]).toEqual(["Ксюша", null, minutes(0)]);
      await now(5)(said("four", { ...oksana, first_name: "Ксюша" }));
      expect((await rowOf(db, at))?.lastSeenAt).toEqual(minutes(5));
    }));

  test("may have a name of 10 kB, half a character and a direction override", () =>
    inside(async (db, at) => {
      const first_name = `\u202E\uD800<b>${"ю".repeat(5_000)}`;
      await createFeeder(db, at)(said("/start", { ...oksana, first_name }));
      const name = (await rowOf(db, at))?.firstName ?? "";
      expect([...name].length).toBe(64);
      expect(name.isWellFormed()).toBe(true);
      expect(name).not.toContain("\u202E");
    }));

  test("but is blocked by the workspace is nobody's subscriber", () =>
    inside(async (db, at) => {
      await db
        .insert(persons)
        .values({ workspaceId: at.workspace.id, telegramId: oksana.id, firstName: "O", blockedAt: new Date() });
      await createFeeder(db, at)(said("/start"));
      expect(await rowOf(db, at)).toBeUndefined();
    }));

  test("in a group is no subscriber", () =>
    inside(async (db, at) => {
      const group = { id: -1001, title: "Club", type: "supergroup" };
      await createFeeder(db, at)({ ...said("/start"), message: { ...said("/start").message, chat: group } });
      expect(await db.select().from(subscribers)).toEqual([]);
    }));
});

describe("a bot that is blocked", () => {
  test("loses its subscriber at once and has him back with the unblocking, each told once", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      await feed(said("/start"));
      await feed(became(at, "kicked"));
      await feed(became(at, "kicked"));
      expect(await rowOf(db, at)).toMatchObject({ state: "blocked" });
      expect((await rowOf(db, at))?.lostAt).not.toBeNull();
      await feed(became(at, "member"));
      await feed(said("/start"));
      expect(await rowOf(db, at)).toMatchObject({ state: "active", lostAt: null });
      expect(await published(db)).toEqual([
        { joined: { isReturn: false, source: null } },
        { wrote: true },
        { lost: "blocked" },
        { joined: { isReturn: true, source: null } },
        { wrote: true },
      ]);
    }));

  test("hears of it also from somebody whom the workspace blocked", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      await feed(said("/start"));
      await db.update(persons).set({ blockedAt: new Date() }).where(eq(persons.telegramId, oksana.id));
      await feed(became(at, "kicked"));
      expect((await rowOf(db, at))?.state).toBe("blocked");
      await feed(became(at, "member"));
      expect((await rowOf(db, at))?.state).toBe("blocked");
    }));
});

describe("/stop", () => {
  test("refuses everything in all bots of the workspace, says how to take it back, and outlives a block and a return", () =>
    inside(async (db, at) => {
      const [second] = await db
        .insert(bots)
        .values({ ...at.bot, id: crypto.randomUUID(), telegramId: at.bot.telegramId + 1, username: "second_bot" })
        .returning();
      const there = { ...at, bot: second as typeof at.bot };
      const feed = createFeeder(db, at);
      await feed(said("/start"));
      await createFeeder(db, there)(said("/start"));
      await feed(said("/stop"));
      expect((await rowOf(db, at))?.isOptedOut).toBe(true);
      expect((await rowOf(db, there))?.isOptedOut).toBe(true);
      expect((await owed(db, at)).at(-1)?.content).toMatchObject({ buttons: [[{ app: "subscriptions" }]] });
      expect(await lastText(db, at)).toStartWith("Done: you will get no more mailings");
      await feed(said("/stop"));
      expect(await lastText(db, at)).toStartWith("You get no mailings from us already");
      await feed(became(at, "kicked"));
      await feed(said("/start again"));
      expect(await rowOf(db, at)).toMatchObject({ state: "active", isOptedOut: true });
      expect(await refusals(db, at)).toMatchObject([{ categoryId: 0, via: "command", endedAt: null }]);
    }));

  test("said to one bot counts in a bot that is started later, and in no other workspace", () =>
    inside(async (db, at) => {
      const [later] = await db
        .insert(bots)
        .values({ ...at.bot, id: crypto.randomUUID(), telegramId: at.bot.telegramId + 2, username: "later_bot" })
        .returning();
      const stranger = await makeWorkspaceBot(db);
      await createFeeder(db, at)(said("/stop"));
      for (const bot of [{ ...at, bot: later as typeof at.bot }, stranger]) await createFeeder(db, bot)(said("/start"));
      expect((await rowOf(db, { ...at, bot: later as typeof at.bot }))?.isOptedOut).toBe(true);
      expect((await rowOf(db, stranger))?.isOptedOut).toBe(false);
    }));

  test("has the screen behind /subscriptions and /settings beside it", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      for (const command of ["/settings", "/subscriptions"]) await feed(said(command));
      const buttons = [[{ text: "Choose what I get", app: "subscriptions" }]];
      expect((await owed(db, at)).map(({ content }) => content)).toMatchObject([{ buttons }, { buttons }]);
    }));

  test("is all there is where no app can be opened, and nothing promises a way back that is not there", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at, { canLaunchApp: false });
      const last = async () => (await owed(db, at)).at(-1)?.content;
      await feed(said("/subscriptions"));
      expect(await last()).not.toHaveProperty("buttons");
      expect(await lastText(db, at)).toBe("To stop all mailings at once, send /stop.");
      for (const end of ["yourself still arrive.", "no mailings from us already."]) {
        await feed(said("/stop"));
        expect(await last()).not.toHaveProperty("buttons");
        expect(await lastText(db, at)).toEndWith(end);
      }
    }));

  test("of one kind is a button under what /subscriptions answers; what is refused or archived is not offered there", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      const names = ["Offers", "News", "Old"];
      const made = await db
        .insert(audienceCategories)
        .values(
          names.map((en) => ({
            workspaceId: at.workspace.id,
            names: { en },
            archivedAt: en === "Old" ? minutes(0) : null,
          })),
        )
        .returning();
      const idOf = (name: string) => made.find((row) => row.names.en === name)?.id ?? 0;
      const last = async () => (await owed(db, at)).at(-1)?.content;
      const app = [{ text: "Choose what I get", app: "subscriptions" }];
      const kind = (name: string) => [{ text: `No more: ${name}`, callback: optOutButton(idOf(name)) }];
      await feed(said("/subscriptions"));
      expect(await last()).toMatchObject({ buttons: [app, kind("Offers"), kind("News")] });
      expect(await lastText(db, at)).toEndWith("Or refuse one kind of message at once:");
      await feed(pressed(optOutButton(idOf("Offers"))));
      expect(await rowOf(db, at)).toMatchObject({ isOptedOut: false, optedOutOf: [idOf("Offers")] });
      await feed(said("/subscriptions"));
      expect(await last()).toMatchObject({ buttons: [app, kind("News")] });
      await feed(said("/stop"));
      await feed(said("/subscriptions"));
      expect(await last()).toMatchObject({ buttons: [app] });
      expect(await lastText(db, at)).toStartWith("You get no mailings from us already.");
    }));

  test("of one of twenty kinds fits under a message", () =>
    inside(async (db, at) => {
      const names = Array.from({ length: 20 }, (_, n) => `${n} ${"ж".repeat(57)}`);
      await db.insert(audienceCategories).values(names.map((en) => ({ workspaceId: at.workspace.id, names: { en } })));
      await createFeeder(db, at)(said("/subscriptions"));
      const content = (await owed(db, at)).at(-1)?.content as { buttons?: unknown[][] };
      expect(content.buttons?.map((row) => row.length)).toEqual([1, ...Array.from({ length: 10 }, () => 2)]);
    }));
});

describe("the button by which a reader refuses a kind of message", () => {
  const category = async (db: Db, workspaceId: string) =>
    (
      await db
        .insert(audienceCategories)
        .values({ workspaceId, names: { en: "Offers" } })
        .returning()
    )[0]?.id ?? 0;

  test("refuses that kind, once, and leaves a message with the way back", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      const id = await category(db, at.workspace.id);
      await feed(said("/start"));
      await feed(pressed(optOutButton(id)));
      await feed(pressed(optOutButton(id)));
      expect(await rowOf(db, at)).toMatchObject({ isOptedOut: false, optedOutOf: [id] });
      expect(await refusals(db, at)).toMatchObject([{ categoryId: id, via: "message" }]);
      expect(await owed(db, at)).toHaveLength(2);
      expect(await lastText(db, at)).toStartWith("Done: you will get no more messages of this kind");
    }));

  test("of another workspace, in a group, or in somebody else's chat refuses nothing", () =>
    inside(async (db, at) => {
      const feed = createFeeder(db, at);
      const id = await category(db, at.workspace.id);
      const theirs = await category(db, (await makeWorkspaceBot(db)).workspace.id);
      await feed(said("/start"));
      await feed(pressed(optOutButton(theirs)));
      const message = { message_id: 9, date: 1760000000 };
      await feed(pressed(optOutButton(id), { message: { ...message, chat: { id: -100, type: "group", title: "X" } } }));
      await feed(pressed(optOutButton(id), { message: { ...message, chat: { ...privateChat, id: 5 } } }));
      await feed(pressed("optout:-1"));
      await feed(pressed("optout:99999999999"));
      expect(await refusals(db, at)).toEqual([]);
      expect(await rowOf(db, at)).toMatchObject({ isOptedOut: false, optedOutOf: [] });
    }));
});

test("two updates of one newcomer at the same moment make one subscriber, who joined once", async () => {
  const at = await makeWorkspaceBot(database.db);
  await Promise.all(
    ["/start a", "/start b", "hello", "/start c"].map((text) =>
      database.db.transaction(async (tx) => void (await createFeeder(tx as unknown as Db, at)(said(text)))),
    ),
  );
  const rows = await database.db.select().from(subscribers).where(eq(subscribers.botId, at.bot.id));
  expect(rows).toHaveLength(1);
  const joined = (await published(database.db)).filter((payload) => "joined" in payload);
  expect(joined).toHaveLength(1);
});
