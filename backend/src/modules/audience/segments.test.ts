/** Segments over HTTP: kept, copied, counted, and what is refused on the way. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startTestProduct, type TestProduct } from "@backend/app/testing.ts";
import { makePerson, makeWorkspace, type TestPerson, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { executeCancellable } from "@db/cancellable.ts";
import { audienceCategories, audienceFields, audienceTags, segments } from "@db/schema/audience.ts";
import { broadcasts } from "@db/schema/broadcasts.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import type { Condition, Rule } from "./domain/segment.ts";
import { humansOf } from "./reach.ts";
import type { ReachAnswer, Segment, SegmentWithUses, Vocabulary } from "./segment-contracts.ts";

let database: TestDatabase;
let product: TestProduct;
let mine: TestWorkspace;
let theirs: TestWorkspace;
let owner: TestPerson;
let stranger: TestPerson;
let tagId: number;
let foreignTagId: number;
let secondBotId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  product = await startTestProduct(database);
  const { vault } = product.runtime;
  mine = await makeWorkspace(database.db, vault, "Mine");
  theirs = await makeWorkspace(database.db, vault, "Theirs");
  owner = await makePerson(database.db, mine, { role: "owner" });
  stranger = await makePerson(database.db, theirs, { role: "owner" });
  const tags = await database.db
    .insert(audienceTags)
    .values([mine, theirs].map(({ workspaceId }) => ({ workspaceId, name: "VIP" })))
    .returning();
  [tagId = 0, foreignTagId = 0] = tags.map(({ id }) => id);
  await database.db
    .insert(audienceFields)
    .values({ workspaceId: mine.workspaceId, key: "city", name: "City", kind: "text" });
  const [second] = await database.db.execute<{ id: string }>(sql`
    insert into bots (workspace_id, telegram_id, username, name, token_sealed, webhook_secret_sealed)
    values (${mine.workspaceId}, 5, 'second_bot', 'Second', 'x', 'x') returning id`);
  secondBotId = second?.id ?? "";
  // Thirty people in the first bot, ten of them in the second too; every third has the tag, every fifth is blocked, every sixth refuses.
  for (const [botId, count] of [
    [mine.botId, 30],
    [secondBotId, 10],
  ] as const)
    await database.db.execute(sql`
      with made as (
        insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
        select ${mine.workspaceId}, ${botId}, n, 'private', 'x' from generate_series(1, ${count}::int) n returning id, telegram_chat_id as n
      )
      insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, source, language, tags, state, is_opted_out)
      select ${mine.workspaceId}, ${botId}, id, n, 'start', 'ads_' || n, case when n % 2 = 0 then 'uk' else 'ru' end,
        case when n % 3 = 0 then array[${tagId}::int] else '{}'::int[] end,
        case when n % 5 = 0 then 'blocked' else 'active' end, n % 6 = 0 from made`);
});
afterAll(async () => {
  await product.close();
  await database.drop();
});

interface Refusal {
  error: { code: string; message: string; params: Record<string, unknown> };
}
let sender = 0;
async function call<Answer = Refusal>(
  method: string,
  path: string,
  body?: unknown,
  options: { who?: TestPerson; signal?: AbortSignal } = {},
): Promise<{ status: number; body: Answer }> {
  const answer = await product.server.handle(
    new Request(`http://localhost/api/v1/audience${path}`, {
      method,
      headers: {
        ...(options.who ?? owner).headers,
        "x-forwarded-for": `192.0.2.${sender++ % 250}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    }),
  );
  return { status: answer.status, body: (await answer.json()) as Answer };
}

const tagged: Rule = { kind: "tag", test: "any", values: [] };
const withTag = (...values: number[]): Condition => ({ kind: "all", of: [{ ...tagged, values }] });
const everyRule: Rule[] = [
  { kind: "language", test: "is", values: ["uk"] },
  { kind: "source", test: "glob", values: ["ads_*"] },
  { kind: "origin", test: "is_not", values: ["import"] },
  { kind: "state", test: "is", values: ["active"] },
  { kind: "username", test: "unset" },
  { kind: "moment", fact: "seen", test: "within", days: 30 },
  { kind: "moment", fact: "subscribed", test: "since", day: "2026-01-01" },
  { kind: "moment", fact: "order", test: "never" },
  { kind: "count", fact: "clicks", test: "at_most", count: 0 },
  { kind: "field", field: "city", of: "text", test: "contains", values: ["Ки", "it's", '"'] },
];
const make = async (name: string, condition: Condition = withTag(tagId)) => {
  const answer = await call<Segment>("POST", "/segments", { name, condition });
  expect([answer.status, answer.body]).toMatchObject([200, { name, condition }]);
  return answer.body;
};

describe("a saved segment", () => {
  test("comes back as it was sent, every shape of rule, and is traced", async () => {
    const condition: Condition = { kind: "any", of: [...everyRule, { kind: "none", of: [withTag(tagId)] }] };
    const { id } = await make("Everything", condition);
    const read = await call<SegmentWithUses>("GET", `/segments/${id}`);
    expect(read.body).toMatchObject({ name: "Everything", condition, problems: [], uses: [] });
    const changed = await call<Segment>("PATCH", `/segments/${id}`, { name: "  Less  ", condition: withTag(tagId) });
    expect(changed.body).toMatchObject({ name: "Less", condition: withTag(tagId) });
    expect((await call("DELETE", `/segments/${id}`)).status).toBe(200);
    expect((await call("GET", `/segments/${id}`)).status).toBe(404);
    const trail = await database.db.execute<{ action: string }>(
      sql`select action from audit_entries where subject_id = ${id} order by id`,
    );
    expect(trail.map(({ action }) => action)).toEqual(["segment.created", "segment.changed", "segment.deleted"]);
  });

  test("has a name of its own, case aside; a copy finds the next free one", async () => {
    const { id } = await make("Sleeping");
    const again = await call("POST", "/segments", { name: "sLeEpInG ", condition: withTag(tagId) });
    expect([again.status, again.body.error.code]).toEqual([409, "segments.name_taken"]);
    expect((await call<Segment>("POST", `/segments/${id}/copy`)).body.name).toBe("Sleeping (2)");
    expect((await call<Segment>("POST", `/segments/${id}/copy`)).body.name).toBe("Sleeping (3)");
    for (const name of ["", "   ", "x".repeat(81)])
      expect((await call("POST", "/segments", { name, condition: withTag(tagId) })).body.error.code).toBe(
        "segments.name_invalid",
      );
    expect((await call("PATCH", `/segments/${id}`, { name: "SLEEPING" })).status).toBe(200);
  });

  test("made twice at once with one name is made once", async () => {
    const body = { name: "At once", condition: withTag(tagId) };
    const answers = await Promise.all([1, 2, 3].map(() => call("POST", "/segments", body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  test("that a broadcast uses is not deleted, and the refusal says where", async () => {
    const { id } = await make("In use");
    await database.db.insert(broadcasts).values({ workspaceId: mine.workspaceId, name: "Black Friday", segmentId: id });
    const refused = await call("DELETE", `/segments/${id}`);
    expect([refused.status, refused.body.error.code]).toEqual([409, "segments.segment_in_use"]);
    expect(refused.body.error.message).toContain("Black Friday");
    const read = await call<SegmentWithUses>("GET", `/segments/${id}`);
    expect(read.body.uses).toMatchObject([{ kind: "broadcast", name: "Black Friday" }]);
    await database.db.delete(broadcasts).where(eq(broadcasts.segmentId, id));
    expect((await call("DELETE", `/segments/${id}`)).status).toBe(200);
  });

  test("is nobody else's", async () => {
    const { id } = await make("Ours alone");
    for (const [method, path] of [
      ["GET", `/segments/${id}`],
      ["PATCH", `/segments/${id}`],
      ["POST", `/segments/${id}/copy`],
      ["DELETE", `/segments/${id}`],
    ] as const) {
      const answer = await call(method, path, method === "PATCH" ? { name: "Mine" } : undefined, { who: stranger });
      expect([method, answer.status, answer.body.error.code]).toEqual([method, 404, "segments.segment_not_found"]);
    }
    const counted = await call("POST", "/reach", { botIds: [theirs.botId], segmentId: id }, { who: stranger });
    expect([counted.status, counted.body.error.code]).toEqual([404, "segments.segment_not_found"]);
  });

  test("whose tag is deleted says so in the list, and is refused by reach instead of reaching everybody", async () => {
    const [tag] = await database.db
      .insert(audienceTags)
      .values({ workspaceId: mine.workspaceId, name: "Short-lived" })
      .returning();
    const condition: Condition = { kind: "all", of: [{ kind: "none", of: [withTag(tag?.id ?? 0)] }] };
    const { id } = await make("Without it", condition);
    const before = await call<ReachAnswer>("POST", "/reach", { botIds: [mine.botId], segmentId: id });
    expect(before.body.people).toBe(20);
    await database.db.delete(audienceTags).where(eq(audienceTags.id, tag?.id ?? 0));
    const listed = (await call<{ items: Segment[] }>("GET", "/segments")).body.items.find((one) => one.id === id);
    expect(listed?.problems).toEqual([{ path: [0, 0, 0], code: "segments.tag_gone" }]);
    const after = await call("POST", "/reach", { botIds: [mine.botId], segmentId: id });
    expect([after.status, after.body.error.code, after.body.error.params]).toEqual([
      422,
      "segments.tag_gone",
      { path: "0.0.0" },
    ]);
    expect((await call("PATCH", `/segments/${id}`, { name: "Renamed all the same" })).status).toBe(200);
  });
});

describe("reach", () => {
  const reach = (body: object) => call<ReachAnswer>("POST", "/reach", body);

  test("tells people, refusals, the lost, and humans over several bots", async () => {
    const both = { botIds: [mine.botId, secondBotId] };
    // 1…30 and 1…10; every fifth blocked, every sixth refusing (30 is both).
    expect((await reach(both)).body).toMatchObject({
      people: 27,
      byBot: [
        { botId: mine.botId, people: 20 },
        { botId: secondBotId, people: 7 },
      ],
      optedOut: 5,
      unreachable: 8,
      humans: { count: 20, isExact: true },
    });
    const tagged = await reach({ ...both, condition: withTag(tagId) });
    expect(tagged.body).toMatchObject({ people: 6, optedOut: 5, unreachable: 2, humans: { count: 4, isExact: true } });
    expect(Math.abs(Date.parse(tagged.body.countedAt) - Date.now())).toBeLessThan(60_000);
  });

  test("reckons humans from a part of them when they are too many to be told apart", async () => {
    const { workspaceId, botId } = await makeWorkspace(database.db, product.runtime.vault, "Crowd");
    const [other] = await database.db.execute<{ id: string }>(sql`
      insert into bots (workspace_id, telegram_id, username, name, token_sealed, webhook_secret_sealed)
      values (${workspaceId}, 6, 'crowd_bot', 'Crowd', 'x', 'x') returning id`);
    const botIds = [botId, other?.id ?? ""];
    for (const id of botIds)
      await database.db.execute(sql`
        with made as (
          insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
          select ${workspaceId}, ${id}, n, 'private', 'x' from generate_series(1, 4000) n returning id, telegram_chat_id as n
        )
        insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin)
        select ${workspaceId}, ${id}, id, n, 'start' from made`);
    const ask = { workspaceId, botIds, condition: null, categoryId: null, now: new Date(), timeZone: "UTC" };
    expect(await humansOf(database.db, ask, 8_000)).toEqual({ count: 4_000, isExact: true });
    const reckoned = await humansOf(database.db, ask, 8_000, { atMost: 1_000 });
    expect(reckoned.isExact).toBe(false);
    // Of five hundred that are told apart, chance moves the whole by 4 %; the hash is the same every time.
    expect(Math.abs(reckoned.count - 4_000)).toBeLessThan(600);
    const alone = { ...ask, botIds: [botId] };
    expect(await humansOf(database.db, alone, 4_000, { atMost: 10 })).toEqual({ count: 4_000, isExact: true });
  });

  test("leaves out who refuses the category", async () => {
    const [category] = await database.db
      .insert(audienceCategories)
      .values({ workspaceId: mine.workspaceId, names: { en: "Offers" } })
      .returning();
    const categoryId = category?.id ?? 0;
    await database.db.execute(sql`
      update subscribers set opted_out_of = array[${categoryId}::int] where bot_id = ${mine.botId} and telegram_id in (1, 2, 5, 6)`);
    const answer = await reach({ botIds: [mine.botId], categoryId });
    expect(answer.body).toMatchObject({ people: 18, optedOut: 6, unreachable: 6 });
    const { body, status } = await call("POST", "/reach", { botIds: [mine.botId], categoryId: categoryId + 1_000 });
    expect([status, body.error.code]).toEqual([404, "segments.category_not_found"]);
  });

  test("knows no bot, tag or field of another workspace", async () => {
    const bot = await call("POST", "/reach", { botIds: [theirs.botId] });
    expect([bot.status, bot.body.error.code]).toEqual([404, "segments.bot_not_found"]);
    const foreign: [Rule, string][] = [
      [{ kind: "tag", test: "none", values: [foreignTagId] }, "segments.tag_gone"],
      [{ kind: "bot", test: "is_not", values: [theirs.botId] }, "segments.bot_gone"],
      [{ kind: "field", field: "__proto__", of: "text", test: "unset", values: [] }, "segments.field_gone"],
      [{ kind: "field", field: "city", of: "number", test: "unset" }, "segments.field_changed"],
      [{ kind: "broadcast", test: "not_got", broadcastId: crypto.randomUUID() }, "segments.broadcast_gone"],
    ];
    for (const [rule, code] of foreign)
      for (const [path, body] of [
        ["/reach", { botIds: [mine.botId], condition: { kind: "all", of: [rule] } }],
        ["/segments", { name: `Foreign ${code}`, condition: { kind: "all", of: [rule] } }],
      ] as const) {
        const answer = await call("POST", path, body);
        expect([path, answer.status, answer.body.error.code, answer.body.error.params]).toEqual([
          path,
          422,
          code,
          { path: "0" },
        ]);
        expect(answer.body.error.message.length).toBeGreaterThan(10);
      }
    expect((await database.db.select().from(segments)).filter(({ name }) => name.startsWith("Foreign"))).toEqual([]);
  });

  test("takes a saved segment or a condition, not both", async () => {
    const { id } = await make("One of both");
    const answer = await call("POST", "/reach", { botIds: [mine.botId], segmentId: id, condition: withTag(tagId) });
    expect([answer.status, answer.body.error.code]).toEqual([422, "segments.choose_one"]);
  });

  test("is stopped in the database when nobody waits for it any more", async () => {
    const leaving = new AbortController();
    const slow = executeCancellable(database.db, sql`select pg_sleep(60)`, leaving.signal).catch(
      (error: { code?: string }) => error.code,
    );
    await Bun.sleep(200);
    leaving.abort();
    expect(await slow).toBe("57014");
    const gone = new AbortController();
    gone.abort();
    const { status, body } = await call("POST", "/reach", { botIds: [mine.botId] }, { signal: gone.signal });
    expect([status, body.error.code]).toEqual([409, "segments.count_stopped"]);
  });
});

describe("the vocabulary", () => {
  test("names what the workspace has and what its people bring, and nothing of others", async () => {
    const { body } = await call<Vocabulary>("GET", "/vocabulary");
    expect(body.bots.map(({ id }) => id).sort()).toEqual([mine.botId, secondBotId].sort());
    expect(body.tags).toEqual([{ id: tagId, name: "VIP" }]);
    expect(body.fields).toEqual([{ key: "city", name: "City", kind: "text", choices: [] }]);
    expect(body.languages).toEqual([
      { value: "ru", count: 20 },
      { value: "uk", count: 20 },
    ]);
    expect(body.sources[0]).toEqual({ value: "ads_1", count: 2 });
    expect((await call<Vocabulary>("GET", "/vocabulary", undefined, { who: stranger })).body).toMatchObject({
      tags: [{ id: foreignTagId, name: "VIP" }],
      fields: [],
      languages: [],
    });
  });
});

describe("a hostile condition", () => {
  const send = (condition: string) => call("POST", "/reach", `{"botIds":["${mine.botId}"],"condition":${condition}}`);

  test("nested deeper than five groups is refused, up to all that a request can hold", async () => {
    for (const depth of [6, 20, 50, 10_000, 40_000]) {
      const open = '{"kind":"all","of":['.repeat(depth);
      const answer = await send(`${open}${"]}".repeat(depth)}`);
      expect([depth, answer.status]).toEqual([depth, 422]);
    }
    const five = `${'{"kind":"all","of":['.repeat(5)}{"kind":"username","test":"set"}${"]}".repeat(5)}`;
    expect((await send(five)).status).toBe(200);
  });

  test("of more rules, values or letters than there may be is refused", async () => {
    const rule = '{"kind":"username","test":"set"}';
    const many = (count: number) => `{"kind":"all","of":[${Array.from({ length: count }, () => rule).join(",")}]}`;
    expect((await send(many(50))).status).toBe(200);
    expect((await send(many(51))).status).toBe(422);
    const split = await send(`{"kind":"any","of":[${many(26)},${many(25)}]}`);
    expect([split.status, split.body.error.code]).toEqual([422, "segments.too_many_rules"]);
    const source = (values: string[]) => JSON.stringify({ kind: "source", test: "is", values });
    expect((await send(source(Array.from({ length: 200 }, (_, n) => `v${n}`)))).status).toBe(200);
    expect((await send(source(Array.from({ length: 201 }, (_, n) => `v${n}`)))).status).toBe(422);
    expect((await send(source(["x".repeat(201)]))).status).toBe(422);
    expect((await send(source([]))).body.error.code).toBe("segments.no_values");
    expect((await send(source(["a\u0000b"]))).body.error.code).toBe("segments.text_invalid");
  });

  test("with words we do not know, numbers that are none, or a prototype in its keys is refused", async () => {
    for (const condition of [
      '{"kind":"sql","of":["1=1"]}',
      '{"__proto__":{"kind":"all","of":[]}}',
      '{"kind":"all","__proto__":{"of":[]}}',
      '{"kind":"count","fact":"clicks","test":"at_least","count":"1 or 1=1"}',
      '{"kind":"moment","fact":"seen","test":"within","days":1e9}',
      '{"kind":"moment","fact":"note","test":"ever"}',
      '{"kind":"moment","fact":"seen","test":"since","day":"2026-02-31"}',
      '{"kind":"field","field":"city","of":"number","test":"equals","value":1e999}',
      '{"kind":"tag","test":"any","values":["one"]}',
      '{"kind":"any","of":[]}',
      '"all"',
      "[]",
      "7",
    ])
      expect([condition, (await send(condition)).status]).toEqual([condition, 422]);
  });

  test("full of quotes, patterns and SQL finds nobody, and harms nobody", async () => {
    const values = ["'; delete from subscribers; --", "%", "_", "\\", '"}', "$1", "*".repeat(10)];
    for (const test of ["is", "contains", "starts"])
      expect((await send(JSON.stringify({ kind: "source", test, values: values.slice(0, 6) }))).status).toBe(200);
    const counted = await send(JSON.stringify({ kind: "source", test: "contains", values: ["%", "\\"] }));
    expect((counted.body as unknown as ReachAnswer).people).toBe(0);
    const heavy = await send(JSON.stringify({ kind: "source", test: "glob", values: ["*a".repeat(20)] }));
    expect(heavy.body.error.code).toBe("segments.glob_heavy");
    const everybody = await call<ReachAnswer>("POST", "/reach", { botIds: [mine.botId] });
    expect(everybody.body.people + everybody.body.optedOut + everybody.body.unreachable).toBe(30);
  });
});
