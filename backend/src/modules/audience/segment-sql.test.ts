/**
 * What conditions mean, told twice: as SQL over real rows, and as a model in memory that reads a condition word by word and reckons
 * days with the zone's own offsets. Both must choose the same people, whatever the condition, the people, the zone and the hour.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makeWorkspace } from "@backend/modules/identity/testing.ts";
import { broadcastRecipients, broadcasts } from "@db/schema/broadcasts.ts";
import { audienceFields, audienceTags, bots, chats, subscribers } from "@db/schema/index.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { broadcastFacts } from "../broadcasts/index.ts";
import {
  broadcastTests,
  type Condition,
  checkCondition,
  choiceTests,
  countFacts,
  countTests,
  type DateTest,
  isGroup,
  listTests,
  type MomentTest,
  momentFacts,
  originValues,
  presenceTests,
  type Rule,
  stateValues,
  tagTests,
  textTests,
} from "./domain/segment.ts";
import { audienceCeiling, reachOf, stillInAudience, walkAudience } from "./reach.ts";
import { introduceBroadcasts } from "./segment-facts.ts";
import { conditionSql } from "./segment-sql.ts";

let database: TestDatabase;
let workspaceId: string;
let botIds: string[];
let tagIds: number[];
let broadcastIds: string[];

type Person = Omit<typeof subscribers.$inferSelect, "id"> & { id: number; got: Set<string>; clicked: Set<string> };
let people: Person[];

// ── People ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const dayMs = 86_400_000;
/** Around both changes of the clocks, at a leap day, and on the last of February of a year without one. */
const nows = [
  "2026-03-29T00:30:00Z",
  "2026-03-29T10:30:00Z",
  "2026-04-02T22:10:00Z",
  "2026-10-25T00:30:00Z",
  "2026-10-28T05:00:00Z",
  "2026-11-01T06:15:00Z",
  "2027-02-28T12:00:00Z",
  "2028-02-28T21:59:00Z",
  "2028-02-29T12:00:00Z",
].map((text) => new Date(text));
const zones = ["UTC", "Europe/Kyiv", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati"];

const words = [
  "ads_1",
  "ADS_2",
  "Київ",
  "київський",
  "a%b",
  "x*y",
  "back\\slash",
  'q"uote',
  "a",
  "{b,c}",
  "', ' or 1=1",
];
const word = fc.constantFrom(...words);
/** Near to today by any of the clocks, and people of every year. */
const day = fc.oneof(
  fc
    .tuple(fc.constantFrom(...nows), fc.integer({ min: -8, max: 8 }))
    .map(([now, days]) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10)),
  fc.constantFrom("1996-02-29", "1985-02-28", "2001-10-25", "1990-03-01"),
);

const moment = fc
  .tuple(fc.constantFrom(...nows), fc.integer({ min: -24 * 12, max: 24 * 12 }), fc.constantFrom(0, 15, 30, 59))
  .map(([now, hours, minutes]) => new Date(now.getTime() + hours * 3_600_000 + minutes * 60_000));
const perhaps = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 });

const facts = fc.record(
  {
    bot: fc.nat({ max: 2 }),
    state: fc.constantFrom(...stateValues),
    origin: fc.constantFrom(...originValues),
    language: perhaps(fc.constantFrom("uk", "ru", "en", "pl", "")),
    source: perhaps(word),
    username: perhaps(word),
    tags: fc.subarray([0, 1, 2, 3]),
    got: fc.subarray([0, 1]),
    clicked: fc.subarray([0, 1]),
    subscribedAt: perhaps(moment),
    lastSeenAt: perhaps(moment),
    lostAt: perhaps(moment),
    lastClickAt: perhaps(moment),
    lastConversionAt: perhaps(moment),
    lastOrderAt: perhaps(moment),
    clicks: fc.nat({ max: 3 }),
    conversions: fc.nat({ max: 2 }),
    orders: fc.nat({ max: 1 }),
    isOptedOut: fc.boolean(),
    fields: fc.record(
      {
        city: word,
        plan: fc.constantFrom("Gold", "silver"),
        score: fc.oneof(fc.constantFrom(-1, 0, 0.5, 10, 1e15), word),
        birthday: fc.oneof({ weight: 4, arbitrary: day }, word),
        vip: fc.oneof(fc.boolean(), fc.constant("true")),
      },
      { requiredKeys: [], noNullPrototype: true },
    ),
  },
  { noNullPrototype: true },
);

beforeAll(async () => {
  database = await createTestDatabase();
  introduceBroadcasts(broadcastFacts);
  const { db } = database;
  const at = await makeWorkspace(db);
  workspaceId = at.workspaceId;
  const more = await db
    .insert(bots)
    .values(
      [1, 2].map((n) => ({
        workspaceId,
        telegramId: n,
        username: `more_${n}_bot`,
        name: "More",
        tokenSealed: `x${n}`,
        webhookSecretSealed: "x",
      })),
    )
    .returning();
  botIds = [at.botId, ...more.map(({ id }) => id)];
  const tags = await db
    .insert(audienceTags)
    .values(["one", "two", "three", "four"].map((name) => ({ workspaceId, name })))
    .returning();
  tagIds = tags.map(({ id }) => id);
  await db.insert(audienceFields).values(
    (["text", "choice", "number", "date", "boolean"] as const).map((kind, at) => ({
      workspaceId,
      key: ["city", "plan", "score", "birthday", "vip"][at] ?? "",
      name: kind,
      kind,
    })),
  );
  const sent = await db
    .insert(broadcasts)
    .values(["first", "second"].map((name) => ({ workspaceId, name })))
    .returning();
  broadcastIds = sent.map(({ id }) => id);
  people = [];
  for (const [n, given] of fc.sample(facts, { numRuns: 400, seed: 20261126 }).entries()) {
    const { bot, got, clicked, tags, ...rest } = given;
    // Ids far apart, as those of a small bot beside great ones.
    if (n % 150 === 149)
      await db.execute(sql`select setval(pg_get_serial_sequence('subscribers', 'id'), ${n * 20_000}::bigint)`);
    const botId = botIds[bot] ?? "";
    const telegramId = 7_000 + Math.floor(n / 2);
    const [chat] = await db
      .insert(chats)
      .values({ workspaceId, botId, telegramChatId: n, kind: "private", title: "x" })
      .returning();
    const [row] = await db
      .insert(subscribers)
      .values({
        ...rest,
        workspaceId,
        botId,
        telegramId: botIds[bot] === at.botId ? telegramId : n + 100_000,
        chatId: chat?.id ?? "",
        tags: tags.map((tag) => tagIds[tag] ?? 0),
        fields: rest.fields as Record<string, string | number | boolean>,
      })
      .onConflictDoNothing()
      .returning();
    if (!row || !chat) continue;
    for (const [index, broadcastId] of broadcastIds.entries())
      if (got.includes(index) || clicked.includes(index))
        await db.insert(broadcastRecipients).values({
          workspaceId,
          botId,
          chatId: chat.id,
          broadcastId,
          telegramId: row.telegramId,
          state: got.includes(index) ? "sent" : "failed",
          clickedAt: clicked.includes(index) ? new Date() : null,
        });
    const named = (indexes: number[]) => new Set(indexes.map((index) => broadcastIds[index] ?? ""));
    people.push({ ...row, id: Number(row.id), got: named(got), clicked: named(clicked) });
  }
});
afterAll(() => database.drop());

// ── The model ───────────────────────────────────────────────────────────────────────────────────────────────────────

interface Clock {
  now: Date;
  timeZone: string;
}

/** How far the wall of a zone is ahead of UTC, in milliseconds. */
function offsetAt(at: number, timeZone: string): number {
  const shown = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" }).format(at);
  return Date.parse(`${shown.replace(" ", "T")}Z`) - Math.floor(at / 1000) * 1000;
}
/** When the wall shows this; of two the later, and for a time that is left out as if the clocks had not changed yet. */
function momentOf(wall: number, timeZone: string): number {
  const [before, after] = [-30, 30].map((hours) => wall - offsetAt(wall + hours * 3_600_000, timeZone));
  const isShown = (at: number | undefined) => at !== undefined && at + offsetAt(at, timeZone) === wall;
  return (isShown(after) ? after : before) ?? Number.NaN;
}
const wallOf = ({ now, timeZone }: Clock) => now.getTime() + offsetAt(now.getTime(), timeZone);
const dayAt = (wall: number) => new Date(wall).toISOString().slice(0, 10);

function fitsMoment(at: Date | null, rule: MomentTest, clock: Clock): boolean {
  if (at === null) return rule.test === "never";
  switch (rule.test) {
    case "ever":
      return true;
    case "never":
      return false;
    case "within":
      return at.getTime() >= momentOf(wallOf(clock) - rule.days * dayMs, clock.timeZone);
    case "older":
      return at.getTime() < momentOf(wallOf(clock) - rule.days * dayMs, clock.timeZone);
    case "since":
      return at.getTime() >= momentOf(Date.parse(`${rule.day}T00:00:00Z`), clock.timeZone);
    case "before":
      return at.getTime() < momentOf(Date.parse(`${rule.day}T00:00:00Z`), clock.timeZone);
  }
}

function fitsDay(value: unknown, rule: DateTest, clock: Clock): boolean {
  const isKnown = value !== undefined && value !== "";
  if (rule.test === "set" || rule.test === "unset") return isKnown === (rule.test === "set");
  const text = String(value);
  if (!isKnown || !/^.{4}-.{2}-.{2}$/.test(text)) return false;
  const today = dayAt(wallOf(clock));
  const so = (count: number) => dayAt(Date.parse(`${today}T00:00:00Z`) + count * dayMs);
  switch (rule.test) {
    case "since":
      return text >= rule.day;
    case "before":
      return text < rule.day;
    case "last":
      return so(-rule.days) < text && text <= today;
    case "next":
      return today <= text && text < so(rule.days);
    case "anniversary": {
      const isLeap = new Date(Date.UTC(Number(today.slice(0, 4)), 1, 29)).getUTCDate() === 29;
      const theirs = text.slice(5) === "02-29" && !isLeap ? "02-28" : text.slice(5);
      return theirs === today.slice(5);
    }
  }
}

function fitsText(value: unknown, test: (typeof textTests)[number], values: readonly string[]): boolean {
  const isKnown = value !== null && value !== undefined && value !== "";
  if (test === "set" || test === "unset") return isKnown === (test === "set");
  const text = String(value ?? "").toLowerCase();
  const asked = values.map((one) => one.toLowerCase());
  const isThere = value !== null && value !== undefined;
  switch (test) {
    case "is":
      return isThere && asked.includes(text);
    case "is_not":
      return !(isThere && asked.includes(text));
    case "contains":
      return isThere && asked.some((one) => text.includes(one));
    case "starts":
      return isThere && asked.some((one) => text.startsWith(one));
    case "glob":
      return (
        isThere &&
        asked.some((one) => {
          const pattern = one
            .replace(/[.+^${}()|[\]\\]/g, "\\$&")
            .replaceAll("*", "[^]*")
            .replaceAll("?", "[^]");
          return new RegExp(`^${pattern}$`).test(text);
        })
      );
  }
}

function fitsRule(person: Person, rule: Rule, clock: Clock): boolean {
  switch (rule.kind) {
    case "bot":
      return rule.values.includes(person.botId) === (rule.test === "is");
    case "state":
      return rule.values.includes(person.state) === (rule.test === "is");
    case "origin":
      return rule.values.includes(person.origin) === (rule.test === "is");
    case "language":
      return fitsText(person.language, rule.test, rule.values);
    case "source":
      return fitsText(person.source, rule.test, rule.values);
    case "username":
      return (person.username !== null) === (rule.test === "set");
    case "tag": {
      const has = rule.values.map((tag) => person.tags.includes(tag));
      if (rule.test === "all") return !has.includes(false);
      return has.includes(true) === (rule.test === "any");
    }
    case "count":
      return rule.test === "at_least" ? person[rule.fact] >= rule.count : person[rule.fact] <= rule.count;
    case "moment": {
      const at = {
        subscribed: person.subscribedAt,
        seen: person.lastSeenAt,
        lost: person.lostAt,
        click: person.lastClickAt,
        conversion: person.lastConversionAt,
        order: person.lastOrderAt,
      }[rule.fact];
      return fitsMoment(at, rule, clock);
    }
    case "broadcast": {
      const [got, clicked] = [person.got.has(rule.broadcastId), person.clicked.has(rule.broadcastId)];
      return { got, not_got: !got, clicked, not_clicked: got && !clicked }[rule.test];
    }
    case "field": {
      const value = person.fields[rule.field];
      if (rule.of === "text" || rule.of === "choice") return fitsText(value, rule.test, rule.values);
      if (rule.of === "date") return fitsDay(value, rule, clock);
      if (rule.test === "set" || rule.test === "unset") return (value !== undefined) === (rule.test === "set");
      if (rule.of === "boolean") return value === (rule.test === "yes");
      if (typeof value !== "number") return false;
      if ("from" in rule) return rule.from <= value && value <= rule.to;
      if (!("value" in rule)) throw new Error("a number is compared with a number");
      if (rule.test === "equals") return value === rule.value;
      return rule.test === "below" ? value < rule.value : value > rule.value;
    }
  }
}

const fits = (person: Person, condition: Condition, clock: Clock): boolean => {
  if (!isGroup(condition)) return fitsRule(person, condition, clock);
  const some = condition.of.some((one) => fits(person, one, clock));
  if (condition.kind === "all") return condition.of.every((one) => fits(person, one, clock));
  return condition.kind === "any" ? some : !some;
};

// ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────

const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const number = fc.constantFrom(-1, 0, 0.5, 10, 1e15);
const period = fc.constantFrom(1, 2, 3, 7, 30, 365, 3_650);
const asked = fc.array(fc.oneof(word, fc.constantFrom("ads*", "*", "?", "*b*", "К*", "a_b", "%")), {
  minLength: 1,
  maxLength: 3,
});

const momentTest = fc.oneof(
  fc.record({ test: fc.constantFrom("within" as const, "older" as const), days: period }),
  fc.record({ test: fc.constantFrom("since" as const, "before" as const), day }),
  fc.record({ test: fc.constantFrom("ever" as const, "never" as const) }),
);
const textTest = fc.record({ test: fc.constantFrom(...textTests), values: asked });

/** One for each shape: what is compared by the day is not lost among what is compared by the letter. */
const shapesOfRules = (): fc.Arbitrary<Rule>[] => [
  fc.record({ kind: fc.constant("bot" as const), test: fc.constantFrom(...listTests), values: some(botIds) }),
  fc.record({
    kind: fc.constant("language" as const),
    test: fc.constantFrom(...choiceTests),
    values: some(["uk", "EN", "ru"]),
  }),
  fc.record({ kind: fc.constant("tag" as const), test: fc.constantFrom(...tagTests), values: some(tagIds) }),
  fc.record({
    kind: fc.constant("origin" as const),
    test: fc.constantFrom(...listTests),
    values: some(originValues),
  }),
  fc.record({ kind: fc.constant("state" as const), test: fc.constantFrom(...listTests), values: some(stateValues) }),
  fc.record({ kind: fc.constant("username" as const), test: fc.constantFrom(...presenceTests) }),
  textTest.map((rest) => ({ kind: "source" as const, ...rest })),
  fc
    .tuple(fc.constantFrom(...momentFacts), momentTest)
    .map(([fact, rest]) => ({ kind: "moment" as const, fact, ...rest })),
  fc.record({
    kind: fc.constant("count" as const),
    fact: fc.constantFrom(...countFacts),
    test: fc.constantFrom(...countTests),
    count: fc.nat({ max: 3 }),
  }),
  fc.record({
    kind: fc.constant("broadcast" as const),
    test: fc.constantFrom(...broadcastTests),
    broadcastId: fc.constantFrom(...broadcastIds),
  }),
  ...fieldShapes.map((shape) => shape.map((rest) => ({ kind: "field" as const, ...rest }) as Rule)),
];
const ruleOf = () => fc.oneof(...shapesOfRules());

const fieldShapes: fc.Arbitrary<object>[] = [
  textTest.map((rest) => ({ field: "city", of: "text" as const, ...rest })),
  fc.record({
    field: fc.constant("plan"),
    of: fc.constant("choice" as const),
    test: fc.constantFrom(...choiceTests),
    values: some(["Gold", "SILVER"]),
  }),
  fc.record({
    field: fc.constant("score"),
    of: fc.constant("number" as const),
    test: fc.constantFrom("equals" as const, "below" as const, "above" as const),
    value: number,
  }),
  fc.tuple(number, number).map(([one, other]) => ({
    field: "score",
    of: "number" as const,
    test: "between" as const,
    from: Math.min(one, other),
    to: Math.max(one, other),
  })),
  fc.record({
    field: fc.constant("score"),
    of: fc.constant("number" as const),
    test: fc.constantFrom(...presenceTests),
  }),
  fc.record({
    field: fc.constant("vip"),
    of: fc.constant("boolean" as const),
    test: fc.constantFrom("yes" as const, "no" as const, "set" as const, "unset" as const),
  }),
  fc
    .oneof(
      fc.record({ test: fc.constantFrom("last" as const, "next" as const), days: period }),
      fc.record({ test: fc.constantFrom("since" as const, "before" as const), day }),
      fc.record({ test: fc.constantFrom("anniversary" as const, "set" as const, "unset" as const) }),
    )
    .map((rest) => ({ field: "birthday", of: "date" as const, ...rest })),
];

const conditionOf = (): fc.Arbitrary<Condition> =>
  fc.letrec<{ condition: Condition; rule: Rule }>((tie) => ({
    rule: ruleOf(),
    condition: fc.oneof(
      { maxDepth: 4, depthIdentifier: "groups" },
      tie("rule"),
      fc.record({
        kind: fc.constantFrom("all" as const, "any" as const, "none" as const),
        of: fc.array(tie("condition"), { minLength: 1, maxLength: 3 }),
      }),
    ),
  })).condition;

const clock = fc.record({ now: fc.constantFrom(...nows), timeZone: fc.constantFrom(...zones) });

async function chosenBySql(condition: Condition | null, at: Clock): Promise<number[]> {
  const rows = await database.db.execute<{ id: string }>(
    sql`select s.id from subscribers s where s.workspace_id = ${workspaceId} and (${conditionSql(condition, at)}) order by s.id`,
  );
  return rows.map(({ id }) => Number(id));
}
const chosenByModel = (condition: Condition, at: Clock) =>
  people.filter((person) => fits(person, condition, at)).map(({ id }) => id);

// ── The tests ───────────────────────────────────────────────────────────────────────────────────────────────────────

describe("SQL and the model choose the same people", () => {
  test("for single rules of every shape", async () => {
    for (const rules of shapesOfRules())
      await fc.assert(
        fc.asyncProperty(rules, clock, async (rule, at) => {
          expect(checkCondition(rule)).toEqual([]);
          expect(await chosenBySql(rule, at)).toEqual(chosenByModel(rule, at));
        }),
        { numRuns: 60 },
      );
  });

  test("for conditions of groups in groups, and for their opposite", async () => {
    await fc.assert(
      fc.asyncProperty(conditionOf(), clock, async (condition, at) => {
        expect(checkCondition(condition)).toEqual([]);
        const chosen = chosenByModel(condition, at);
        expect(await chosenBySql(condition, at)).toEqual(chosen);
        const opposite = people.filter(({ id }) => !chosen.includes(id)).map(({ id }) => id);
        expect(await chosenBySql({ kind: "none", of: [condition] }, at)).toEqual(opposite);
      }),
      { numRuns: 300 },
    );
  });

  test("and so do reach, the walk and the look again", async () => {
    await fc.assert(
      fc.asyncProperty(conditionOf(), clock, async (condition, at) => {
        const ask = { workspaceId, condition, categoryId: null, ...at };
        const meant = people.filter((person) => fits(person, condition, at));
        const writable = meant.filter(({ state }) => state === "active");
        const reach = await reachOf(database.db, { ...ask, botIds });
        expect(reach).toEqual({
          people: writable.filter((one) => !one.isOptedOut).length,
          byBot: botIds.map((botId) => ({
            botId,
            people: writable.filter((one) => one.botId === botId && !one.isOptedOut).length,
          })),
          optedOut: writable.filter((one) => one.isOptedOut).length,
          unreachable: meant.length - writable.length,
        });
        const walked: number[] = [];
        const ceiling = await audienceCeiling(database.db, botIds[0] ?? "");
        expect(ceiling).toBeGreaterThan(1_000_000);
        for (let afterId = 0; ; ) {
          const page = await walkAudience(database.db, {
            ...ask,
            botId: botIds[0] ?? "",
            afterId,
            ceiling,
            limit: 20,
          });
          walked.push(...page.map(({ id }) => id));
          if (page.length < 20) break;
          afterId = page.at(-1)?.id ?? 0;
        }
        expect(walked).toEqual(writable.filter(({ botId }) => botId === botIds[0]).map(({ id }) => id));
        const all = people.map(({ id }) => id);
        expect([...(await stillInAudience(database.db, ask, all)).keys()].sort((a, b) => a - b)).toEqual(
          writable.map(({ id }) => id),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe("a condition", () => {
  const at = { now: new Date("2026-10-26T09:30:00Z"), timeZone: "Europe/Kyiv" };

  test("that is empty means everybody, and a group of alternatives without one nobody", async () => {
    const all = people.map(({ id }) => id);
    expect(await chosenBySql(null, at)).toEqual(all);
    expect(await chosenBySql({ kind: "all", of: [] }, at)).toEqual(all);
    expect(await chosenBySql({ kind: "any", of: [] }, at)).toEqual([]);
  });

  test("counts a day back by the wall: 25 hours when the clocks went back in between", async () => {
    const [person] = people;
    if (!person) throw new Error("there are people");
    const at = { now: new Date("2026-10-25T10:00:00Z"), timeZone: "Europe/Kyiv" };
    const within: Condition = { kind: "moment", fact: "seen", test: "within", days: 1 };
    const set = (seen: string) =>
      database.db.execute(sql`update subscribers set last_seen_at = ${seen}::timestamptz where id = ${person.id}`);
    // 12:00 in Kyiv; yesterday's 12:00 was at 09:00 UTC.
    await set("2026-10-24T09:00:00Z");
    expect(await chosenBySql(within, at)).toContain(person.id);
    await set("2026-10-24T08:59:59Z");
    expect(await chosenBySql(within, at)).not.toContain(person.id);
  });

  test("is never read as SQL, whatever its values and keys say", async () => {
    const evil = ["'; drop table subscribers; --", "$1", "{", "}", "\\", '"', "%_", "__proto__"];
    for (const key of [...evil, "constructor"])
      for (const test of ["is", "contains", "starts", "glob"] as const) {
        const rule: Rule = { kind: "field", field: key, of: "text", test, values: evil };
        expect(await chosenBySql(rule, at)).toEqual([]);
      }
    expect((await chosenBySql(null, at)).length).toBe(people.length);
  });

  test("with patterns made to be slow is answered before the pool's limit of 15 seconds", async () => {
    const long = "a".repeat(4_000);
    await database.db.execute(
      sql`update subscribers set fields = jsonb_build_object('city', ${long}::text) where id <= ${people[49]?.id ?? 0}`,
    );
    const bomb = `${"*a".repeat(10)}*b`;
    const rule: Rule = {
      kind: "field",
      field: "city",
      of: "text",
      test: "glob",
      values: Array.from({ length: 200 }, () => bomb),
    };
    expect(await chosenBySql({ kind: "all", of: Array.from({ length: 10 }, () => rule) }, at)).toEqual([]);
  });
});
