import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import {
  createTestServer,
  makePerson,
  makeWorkspace,
  silentLog,
  type TestServer,
  type TestWorkspace,
  testPorts,
} from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import { audienceChanges, subscribers } from "@db/schema/audience.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { runChange } from "./actions/change-many.ts";
import { audienceModule } from "./module.ts";
import { makeBot, makeSubscriber } from "./testing.ts";

let database: TestDatabase;
let db: Db;
let server: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  server = createTestServer(db, [audienceModule.routes], testPorts());
});
afterAll(() => database.drop());

interface Scene {
  at: TestWorkspace;
  call(method: string, path: string, body?: object): ReturnType<TestServer["call"]>;
  /** Does what jobs have to do. */
  runChanges(): Promise<void>;
}

async function scene(): Promise<Scene> {
  const at = await makeWorkspace(db);
  const { headers } = await makePerson(db, at, { role: "owner" });
  const ctx: ActionContext = {
    db,
    actor: systemActor(at.workspaceId),
    now: new Date(),
    log: silentLog,
    ports: {},
    requestId: "test",
  };
  return {
    at,
    call: (method, path, body) => server.call(method, `/audience${path}`, { headers, body }),
    async runChanges() {
      const rows = await db.select().from(audienceChanges).where(eq(audienceChanges.workspaceId, at.workspaceId));
      for (const { id } of rows) await runChange(ctx, { workspaceId: at.workspaceId, changeId: id });
    },
  };
}

const rowOf = async (id: number) =>
  (
    await db
      .select()
      .from(subscribers)
      .where(eq(subscribers.id, BigInt(id)))
  )[0];
/** Many at once; a chat of their own each, since a subscriber has one. */
async function makeMany(at: TestWorkspace, count: number, tags: number[] = []) {
  await db.execute(sql`
    with made as (
      insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
      select ${at.workspaceId}, ${at.botId}, 9000000000 + n, 'private', 'x' from generate_series(1, ${count}) n returning id, telegram_chat_id)
    insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, tags)
    select ${at.workspaceId}, ${at.botId}, id, telegram_chat_id, 'start', ${`{${tags.join(",")}}`}::int[] from made`);
}

describe("the list of subscribers", () => {
  test("is read by key from the newest on, without gaps or repeats while others arrive", async () => {
    const { at, call } = await scene();
    const made = [];
    for (let n = 0; n < 5; n++) made.push((await makeSubscriber(db, at)).id);
    const first = (await call("GET", "/subscribers?limit=2")).body;
    await makeSubscriber(db, at);
    const second = (await call("GET", `/subscribers?limit=2&cursor=${first.nextCursor}`)).body;
    const third = (await call("GET", `/subscribers?limit=2&cursor=${second.nextCursor}`)).body;
    expect([first, second, third].flatMap(({ items }) => items.map(({ id }: { id: number }) => id))).toEqual(
      made.reverse(),
    );
    expect(third.nextCursor).toBeNull();
  });

  test("by last seen tells equal times apart and leaves out who was never seen", async () => {
    const { at, call } = await scene();
    const lastSeenAt = new Date("2026-11-21T12:00:00.123Z");
    const ids = [];
    for (let n = 0; n < 3; n++) ids.push((await makeSubscriber(db, at, { lastSeenAt })).id);
    const latest = (await makeSubscriber(db, at, { lastSeenAt: new Date("2026-11-22") })).id;
    await makeSubscriber(db, at);
    const seen = [];
    for (let cursor = ""; ; ) {
      const { items, nextCursor } = (await call("GET", `/subscribers?sort=seen&limit=1${cursor}`)).body;
      seen.push(...items.map(({ id }: { id: number }) => id));
      if (nextCursor === null) break;
      cursor = `&cursor=${nextCursor}`;
    }
    expect(seen).toEqual([latest, ...ids.reverse()]);
  });

  test("is narrowed by bot, state, tag and words, and counted alike", async () => {
    const { at, call } = await scene();
    const other = await makeBot(db, at);
    const tag = (await call("POST", "/tags", { name: "VIP" })).body.id;
    const a = await makeSubscriber(db, at, { firstName: "Oksana", lastName: "Koval", username: "oks_k", tags: [tag] });
    const b = await makeSubscriber(db, other, { firstName: "Олексій", state: "blocked" });
    const found = async (query: string) => {
      const { items } = (await call("GET", `/subscribers?${query}`)).body;
      const count = (await call("GET", `/subscribers/count?${query}`)).body;
      expect(count).toEqual({ count: items.length, isCapped: false });
      return items.map(({ id }: { id: number }) => id);
    };
    expect(await found(`botId=${other.botId}`)).toEqual([b.id]);
    expect(await found("state=blocked")).toEqual([b.id]);
    expect(await found(`tagId=${tag}`)).toEqual([a.id]);
    for (const words of ["oks", "KOVAL", "koval oksana", "@oks_k", "ok", "k o", `${a.telegramId}`])
      expect([words, await found(`search=${encodeURIComponent(words)}`)]).toEqual([words, [a.id]]);
    for (const words of ["Оле", "ол", "олексій"])
      expect([words, await found(`search=${encodeURIComponent(words)}`)]).toEqual([words, [b.id]]);
    // Letters from the middle of a word find nobody; signs that mean something to SQL or to patterns are only signs here.
    for (const words of ["sana", "ексій", "%", "_ks", "@", "100%_\\", "'; drop table subscribers; --", "ov", "\uD800"])
      expect([words, await found(`search=${encodeURIComponent(words.toWellFormed())}`)]).toEqual([words, []]);
    expect((await found("search=%20%20")).length).toBe(2);
  });

  test("is narrowed by a saved segment or by a condition of one's own, with every other filter, and counted alike", async () => {
    const { at, call } = await scene();
    const tag = (await call("POST", "/tags", { name: "VIP" })).body.id;
    const a = await makeSubscriber(db, at, { firstName: "Oksana", language: "uk", tags: [tag] });
    const b = await makeSubscriber(db, at, { firstName: "Oleh", language: "uk", state: "blocked" });
    await makeSubscriber(db, at, { firstName: "Ann", language: "en", tags: [tag] });
    const condition = { kind: "language", test: "is", values: ["uk"] };
    const segmentId = (await call("POST", "/segments", { name: "Ukrainian", condition })).body.id;
    const idsIn = ({ body }: { body: { items: { id: number }[] } }) => body.items.map(({ id }) => id);
    const find = async (filter: object) => {
      const ids = idsIn(await call("POST", "/subscribers/find", filter));
      const count = (await call("POST", "/subscribers/find/count", filter)).body;
      expect(count).toEqual({ count: ids.length, isCapped: false });
      return ids;
    };
    expect(idsIn(await call("GET", `/subscribers?segmentId=${segmentId}`))).toEqual([b.id, a.id]);
    expect((await call("GET", `/subscribers/count?segmentId=${segmentId}`)).body.count).toBe(2);
    expect(await find({ segmentId })).toEqual([b.id, a.id]);
    expect(await find({ condition })).toEqual([b.id, a.id]);
    expect(await find({ segmentId, state: "active" })).toEqual([a.id]);
    expect(await find({ condition, tagId: String(tag), search: "oks" })).toEqual([a.id]);
    expect(await find({ condition: { kind: "none", of: [condition] }, search: "oks" })).toEqual([]);
    const first = (await call("POST", "/subscribers/find", { condition, limit: 1 })).body;
    expect(idsIn(await call("POST", "/subscribers/find", { condition, limit: 1, cursor: first.nextCursor }))).toEqual([
      a.id,
    ]);
    expect(idsIn(await call("POST", "/subscribers/find", { condition, sort: "seen" }))).toEqual([]);
    const code = async (filter: object) => (await call("POST", "/subscribers/find", filter)).body.error?.code;
    expect(await code({ condition, segmentId })).toBe("segments.choose_one");
    expect(await code({ condition: { kind: "tag", test: "any", values: [999_999] } })).toStartWith("segments.");
    const stranger = await scene();
    expect((await stranger.call("POST", "/subscribers/find", { segmentId })).status).toBe(404);
    expect((await stranger.call("GET", `/subscribers?segmentId=${segmentId}`)).status).toBe(404);
    expect((await stranger.call("POST", "/subscribers/find", { condition })).body.items).toEqual([]);
  });

  test("of one workspace shows nobody of another, nor answers for a stranger's bot or cursor", async () => {
    const { call } = await scene();
    const theirs = await scene();
    const { id } = await makeSubscriber(db, theirs.at, { firstName: "Stranger" });
    expect((await call("GET", `/subscribers?search=stranger`)).body.items).toEqual([]);
    expect((await call("GET", `/subscribers?botId=${theirs.at.botId}`)).body.items).toEqual([]);
    expect((await call("GET", `/subscribers/${id}`)).status).toBe(404);
    expect((await call("GET", `/subscribers?cursor=bm90aGluZw`)).status).toBe(422);
  });
});

describe("one subscriber", () => {
  test("is shown with his fields, tags and the other bots he is in", async () => {
    const { at, call } = await scene();
    const tag = (await call("POST", "/tags", { name: "VIP" })).body.id;
    const other = await makeBot(db, at);
    const one = await makeSubscriber(db, at, { tags: [tag, 999_999], source: "ad" });
    const same = await makeSubscriber(db, other, { telegramId: one.telegramId, state: "blocked" });
    expect((await call("GET", `/subscribers/${one.id}`)).body).toMatchObject({
      id: one.id,
      tags: [tag],
      source: "ad",
      elsewhere: [{ id: same.id, botId: other.botId, state: "blocked" }],
      refusals: [],
    });
  });

  test("takes tags, values of the right kind, a note and a time zone; what is not named stays, and null takes away", async () => {
    const { at, call } = await scene();
    const tag = (await call("POST", "/tags", { name: "VIP" })).body.id;
    const field = async (body: object) => (await call("POST", "/fields", body)).body.key;
    const city = await field({ name: "Місто", kind: "text" });
    const age = await field({ name: "Age", kind: "number" });
    const size = await field({ name: "Size", kind: "choice", choices: ["S", "M", "M", " "] });
    const { id } = await makeSubscriber(db, at);
    const change = (body: object) => call("PATCH", `/subscribers/${id}`, body);
    await change({
      addTags: [tag],
      fields: { [city]: "  Kyiv ", [age]: 30, [size]: "M" },
      note: "Calls\nback",
      timeZone: "Europe/Kyiv",
    });
    expect(await rowOf(id)).toMatchObject({
      tags: [tag],
      fields: { misto: "Kyiv", age: 30, size: "M" },
      note: "Calls\nback",
      timeZone: "Europe/Kyiv",
    });
    await change({ fields: { [age]: null } });
    expect(await rowOf(id)).toMatchObject({ tags: [tag], fields: { misto: "Kyiv", size: "M" }, note: "Calls\nback" });
    const refused = async (body: object) => (await change(body)).body.error?.code;
    expect(await refused({ fields: { [age]: "30" } })).toBe("audience.value_wrong.number");
    expect(await refused({ fields: { [size]: "XL" } })).toBe("audience.value_wrong.choice");
    expect(await refused({ fields: { nothing: 1 } })).toBe("audience.field_not_found");
    expect(await refused({ fields: { __proto__: 1, constructor: 1 } })).toBe("audience.field_not_found");
    expect(await refused({ addTags: [tag, 12345] })).toBe("audience.tag_not_found");
    expect(await refused({ timeZone: "Mars/Olympus" })).toBe("audience.time_zone_unknown");
    expect(await refused({ note: "ю".repeat(2_001) })).toBe("common.invalid");
    await change({ note: "\uD800 half", timeZone: null });
    expect(await rowOf(id)).toMatchObject({ note: "\uFFFD half", timeZone: null });
  });

  test("keeps the tags that two members change at once", async () => {
    const { at, call } = await scene();
    const [old, ...fresh] = (
      await Promise.all(["a", "b", "c", "d"].map((name) => call("POST", "/tags", { name })))
    ).map(({ body }) => body.id as number);
    const { id } = await makeSubscriber(db, at, { tags: [old ?? 0] });
    const change = (body: object) => call("PATCH", `/subscribers/${id}`, body);
    await Promise.all([...fresh.map((tag) => change({ addTags: [tag] })), change({ removeTags: [old] })]);
    expect((await rowOf(id))?.tags).toEqual(fresh.sort((a, b) => a - b));
    expect((await change({ addTags: [fresh[0], old], removeTags: [old] })).body.tags).toEqual(fresh);
    const rows = await db.select().from(auditEntries).where(eq(auditEntries.workspaceId, at.workspaceId));
    expect(rows.filter(({ action }) => action === "subscriber.changed")).toHaveLength(4);
  });

  test("has at most a hundred tags", async () => {
    const { at, call } = await scene();
    const tag = (await call("POST", "/tags", { name: "one more" })).body.id;
    const { id } = await makeSubscriber(db, at, { tags: Array.from({ length: 100 }, (_, n) => 900_000 + n) });
    const refused = await call("PATCH", `/subscribers/${id}`, { addTags: [tag] });
    expect([refused.status, refused.body.error.code]).toEqual([409, "audience.too_many_tags_of_one"]);
  });

  test("leaves a trace of a change that says what kind and not which words", async () => {
    const { at, call } = await scene();
    const { id } = await makeSubscriber(db, at);
    await call("PATCH", `/subscribers/${id}`, { note: "secret words" });
    const rows = await db.select().from(auditEntries).where(eq(auditEntries.workspaceId, at.workspaceId));
    expect(rows.at(-1)).toMatchObject({
      action: "subscriber.changed",
      subjectId: String(id),
      after: { changed: ["note"] },
    });
    expect(JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain(
      "secret words",
    );
  });
});

describe("tags", () => {
  test("have one name each, whatever the case, and tell how many people have them", async () => {
    const { at, call } = await scene();
    const { id } = (await call("POST", "/tags", { name: " VIP\u202E  guests " })).body;
    expect((await call("POST", "/tags", { name: "vip guests" })).body.error.code).toBe("audience.tag_taken");
    expect((await call("PATCH", `/tags/${id}`, { name: "vip GUESTS" })).status).toBe(200);
    expect((await call("POST", "/tags", { name: " \u202E " })).body.error.code).toBe("audience.name_missing");
    await makeSubscriber(db, at, { tags: [id] });
    expect((await call("GET", "/tags?counts=true")).body.tags).toEqual([{ id, name: "vip GUESTS", people: 1 }]);
    expect((await call("GET", "/tags")).body.tags).toEqual([{ id, name: "vip GUESTS", people: null }]);
  });

  test("are made once when two hands make the same at the same moment", async () => {
    const { call } = await scene();
    const answers = await Promise.all(["A", "a", "A", "a"].map((name) => call("POST", "/tags", { name })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  test("that are deleted are gone at once, and from every row by the job", async () => {
    const { at, call, runChanges } = await scene();
    const gone = (await call("POST", "/tags", { name: "gone" })).body.id;
    const kept = (await call("POST", "/tags", { name: "kept" })).body.id;
    await makeMany(at, 1_500, [gone, kept]);
    const change = (await call("DELETE", `/tags/${gone}`)).body;
    expect(change).toMatchObject({ kind: "forget_tag", state: "running", total: 1_500 });
    expect((await call("GET", "/changes")).body.change.id).toBe(change.id);
    await runChanges();
    await runChanges();
    expect((await call("GET", `/changes/${change.id}`)).body).toMatchObject({ state: "done", done: 1_500 });
    const [row] = await db.execute<{ gone: number; kept: number }>(sql`
      select count(*) filter (where tags @> array[${gone}]::int[])::int as gone,
        count(*) filter (where tags = array[${kept}]::int[])::int as kept from subscribers where workspace_id = ${at.workspaceId}`);
    expect(row).toEqual({ gone: 0, kept: 1_500 });
  });

  test("are put on many by hand at once, and on more than a hand can choose by a job", async () => {
    const { at, call, runChanges } = await scene();
    const a = (await call("POST", "/tags", { name: "a" })).body.id;
    const b = (await call("POST", "/tags", { name: "b" })).body.id;
    await makeMany(at, 501, [b]);
    const few = await makeSubscriber(db, at, { firstName: "Chosen", tags: [b] });
    const byHand = (await call("POST", "/subscribers/bulk", { ids: [few.id], add: [a], remove: [b] })).body;
    expect(byHand).toMatchObject({ state: "done", done: 1 });
    expect((await rowOf(few.id))?.tags).toEqual([a]);
    const narrow = { filter: { search: "chosen" }, add: [b] };
    expect((await call("POST", "/subscribers/bulk", narrow)).body).toMatchObject({ state: "done", total: 1 });
    expect((await rowOf(few.id))?.tags).toEqual([a, b]);
    const all = (await call("POST", "/subscribers/bulk", { filter: {}, add: [a], remove: [b] })).body;
    expect(all).toMatchObject({ state: "running", total: 502 });
    const late = await makeSubscriber(db, at, { tags: [b] });
    await Promise.all([runChanges(), runChanges()]);
    expect((await call("GET", `/changes/${all.id}`)).body).toMatchObject({ state: "done", done: 502 });
    expect((await call("GET", `/subscribers/count?tagId=${a}`)).body.count).toBe(502);
    // Who came after the start is not in it.
    expect((await rowOf(late.id))?.tags).toEqual([b]);
  });

  test("are put on whom a segment meant when it began", async () => {
    const { at, call, runChanges } = await scene();
    const [mark, named] = [
      (await call("POST", "/tags", { name: "mark" })).body.id,
      (await call("POST", "/tags", { name: "named" })).body.id,
    ];
    await makeMany(at, 501, [named]);
    const other = await makeSubscriber(db, at);
    const tagged = { kind: "tag", test: "any", values: [named] };
    const segmentId = (await call("POST", "/segments", { name: "Named", condition: tagged })).body.id;
    const begun = (await call("POST", "/subscribers/bulk", { filter: { segmentId }, add: [mark] })).body;
    expect(begun).toMatchObject({ state: "running", total: 501 });
    // The segment becomes another one meanwhile: whom it meant at the beginning counts.
    const untagged = { kind: "none", of: [tagged] };
    await call("PATCH", `/segments/${segmentId}`, { condition: untagged });
    await runChanges();
    expect((await call("GET", `/subscribers/count?tagId=${mark}`)).body.count).toBe(501);
    expect((await rowOf(other.id))?.tags).toEqual([]);
  });

  test("are put on nobody any more once a condition names what is gone: without a tag everybody would be without it", async () => {
    const { at, call, runChanges } = await scene();
    const named = (await call("POST", "/tags", { name: "named" })).body.id;
    const spare = (await call("POST", "/tags", { name: "spare" })).body.id;
    await makeMany(at, 501);
    const condition = { kind: "tag", test: "none", values: [named] };
    const bulk = { filter: { condition }, add: [spare] };
    expect((await call("POST", "/subscribers/bulk", bulk)).body).toMatchObject({ state: "running", total: 501 });
    await call("DELETE", `/tags/${named}`);
    await runChanges();
    expect((await call("GET", `/subscribers/count?tagId=${spare}`)).body.count).toBe(0);
    expect((await call("GET", "/changes")).body.change).toBeNull();
  });

  test("that are deleted while a job puts them on are on nobody in the end", async () => {
    const { at, call, runChanges } = await scene();
    const tag = (await call("POST", "/tags", { name: "short-lived" })).body.id;
    await makeMany(at, 600);
    await call("POST", "/subscribers/bulk", { filter: {}, add: [tag] });
    await call("DELETE", `/tags/${tag}`);
    await runChanges();
    expect((await call("GET", `/subscribers/count?tagId=${tag}`)).body.count).toBe(0);
  });

  test("go to nobody of another workspace, nor from another workspace to anybody here", async () => {
    const { at, call } = await scene();
    const theirs = await scene();
    const tag = (await call("POST", "/tags", { name: "a" })).body.id;
    const theirTag = (await theirs.call("POST", "/tags", { name: "a" })).body.id;
    const mine = await makeSubscriber(db, at);
    const stranger = await makeSubscriber(db, theirs.at);
    const bulk = async (body: object) => (await call("POST", "/subscribers/bulk", body)).body.error?.code;
    expect(await bulk({ ids: [mine.id, stranger.id], add: [tag] })).toBe("audience.subscriber_not_found");
    expect(await bulk({ ids: [mine.id], add: [theirTag] })).toBe("audience.tag_not_found");
    expect(await bulk({ ids: [mine.id], filter: {}, add: [tag] })).toBe("audience.choose_one");
    expect(await bulk({ ids: [mine.id] })).toBe("audience.choose_one");
    expect((await rowOf(mine.id))?.tags).toEqual([]);
    expect((await rowOf(stranger.id))?.tags).toEqual([]);
  });
});

describe("fields", () => {
  test("get a key from their name that no renaming changes and nobody gets while the old values are still there", async () => {
    const { at, call, runChanges } = await scene();
    const { id, key } = (await call("POST", "/fields", { name: "Город", kind: "text" })).body;
    expect(key).toBe("gorod");
    expect((await call("PATCH", `/fields/${id}`, { name: "Town" })).body).toMatchObject({ key: "gorod", name: "Town" });
    const one = await makeSubscriber(db, at, { fields: { gorod: "Львів", other: 1 } });
    expect((await call("GET", `/subscribers/${one.id}`)).body.fields).toEqual({ gorod: "Львів" });
    await call("DELETE", `/fields/${id}`);
    expect((await call("GET", `/subscribers/${one.id}`)).body.fields).toEqual({});
    const second = (await call("POST", "/fields", { name: "Gorod", kind: "number" })).body;
    expect(second.key).toBe("gorod_2");
    await runChanges();
    expect((await rowOf(one.id))?.fields).toEqual({ other: 1 });
    await call("PATCH", `/fields/${second.id}`, { name: "City" });
    expect((await call("POST", "/fields", { name: "Gorod", kind: "number" })).body.key).toBe("gorod");
  });

  test("are told apart by their names, also when they are made at once; one may be written anew in other letters", async () => {
    const { call } = await scene();
    const made = await Promise.all(
      ["Місто", "місто", " МІСТО "].map((name) => call("POST", "/fields", { name, kind: "text" })),
    );
    expect(made.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const first = made.find(({ status }) => status === 200)?.body;
    const refused = made.find(({ status }) => status === 409)?.body;
    expect(refused.error.code).toBe("audience.field_taken");
    const other = (await call("POST", "/fields", { name: "Країна", kind: "text" })).body;
    const renamed = await call("PATCH", `/fields/${other.id}`, { name: "Місто" });
    expect(renamed.body.error).toMatchObject({ code: "audience.field_taken", params: { name: "Місто" } });
    expect((await call("PATCH", `/fields/${first.id}`, { name: "МІСТО" })).body.name).toBe("МІСТО");
  });

  test("of a choice have choices", async () => {
    const { call } = await scene();
    const without = await call("POST", "/fields", { name: "Size", kind: "choice", choices: [" "] });
    expect(without.body.error.code).toBe("audience.choices_missing");
  });
});

describe("categories", () => {
  test("are at most twenty on offer; an archived one is no longer offered and keeps its refusals", async () => {
    const { call } = await scene();
    const ids = [];
    for (let n = 0; n < 20; n++) ids.push((await call("POST", "/categories", { names: { en: `C${n}` } })).body.id);
    const more = () => call("POST", "/categories", { names: { ru: "Ещё" } });
    expect((await more()).body.error.code).toBe("audience.too_many_categories");
    await call("PATCH", `/categories/${ids[0]}`, { isArchived: true });
    expect((await more()).status).toBe(200);
    expect((await call("PATCH", `/categories/${ids[0]}`, { isArchived: false })).status).toBe(409);
    expect((await call("POST", "/categories", { names: { en: " " } })).body.error.code).toBe("audience.name_missing");
    expect((await call("GET", "/categories")).body.categories).toHaveLength(21);
  });
});
