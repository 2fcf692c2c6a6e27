/** What is said before the button and while it goes out: every sentence whole, every figure one that will come true. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { broadcasts, deliveries } from "@db/schema/index.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { checkBroadcast } from "./actions/check-broadcast.ts";
import { launchBroadcast, launchDue } from "./actions/launch-broadcast.ts";
import { readBroadcast, readProgress } from "./actions/read-broadcasts.ts";
import { requestLaunch } from "./actions/request-launch.ts";
import { sendBroadcastTest } from "./actions/send-broadcast-test.ts";
import type { Experiment, Schedule, Variant } from "./contracts.ts";
import { asPerson, letterOf, makeBroadcast, makeSubscriber, openChat } from "./testing.ts";

const people = 8;
const now = new Date("2026-03-10T12:00:00Z");
let database: TestDatabase;
let at: TestWorkspace;
let personId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  at = await makeWorkspace(database.db);
  ({ personId } = await makePerson(database.db, at, { role: "owner" }));
  for (let made = 0; made < people; made++) await makeSubscriber(database.db, at);
});
afterAll(() => database.drop());

const owner = (moment = now) => asPerson(database.db, at, personId, moment);
const make = (values: Parameters<typeof makeBroadcast>[2]) => makeBroadcast(database.db, at, values);
const check = async (id: string, moment = now) => checkBroadcast(owner(moment), { broadcastId: id });
const variants = (count: number, html = '<a href="https://shop.example/">shop</a>'): Variant[] =>
  (["A", "B", "C", "D"] as const).slice(0, count).map((key) => ({ key, share: 100 / count, letter: letterOf(html) }));
const experiment: Experiment = {
  samplePercent: 50,
  measure: "clicks",
  isAuto: true,
  afterMinutes: 60,
  editLosers: false,
};

test("what stands in the way is said with its figures and names, on the page and by the button", async () => {
  const tooLong = await make({ variants: [{ key: "A", share: 100, letter: letterOf("x".repeat(4_099)) }] });
  const [problem] = (await check(tooLong)).problems;
  expect(problem?.message).toContain("4,099");
  expect(problem?.message).not.toMatch(/[{}]/);
  const unknown = await make({ variants: [{ key: "A", share: 100, letter: letterOf("Hi {nobody}") }] });
  const refused = { code: "letters.unknown_variable", params: { name: "{nobody}" } };
  expect((await check(unknown)).problems[0]?.message).toContain("{nobody}");
  await expect(launchBroadcast(owner(), { broadcastId: unknown })).rejects.toMatchObject(refused);
  await expect(requestLaunch(owner(), { broadcastId: unknown })).rejects.toMatchObject(refused);
});

test("one whose variable is gone when its time comes fails with a whole sentence", async () => {
  const id = await make({
    state: "scheduled",
    runAt: now,
    schedule: { kind: "at", at: now.toISOString() },
    variants: [{ key: "A", share: 100, letter: letterOf("Hi {field:gone}") }],
  });
  await launchDue(owner(), { broadcastId: id, workspaceId: at.workspaceId });
  const failed = await readBroadcast(owner(), { broadcastId: id });
  expect(failed).toMatchObject({ state: "failed", stateReason: { code: "broadcasts.failed.was_broken" } });
  expect(failed.stateReason?.message).not.toMatch(/[{}]/);
});

test("two variants of one name, and a plan whose last day is over, are no broadcasts", async () => {
  const twins = variants(2).map((one) => ({ ...one, key: "A" as const }));
  const codes = async (id: string) => (await check(id)).problems.map(({ code }) => code);
  expect(await codes(await make({ variants: twins, experiment }))).toEqual(["broadcasts.problem.same_variants"]);
  const plan = { kind: "cron", cron: "0 10 * * *", timeZone: "UTC" } as const;
  expect(await codes(await make({ schedule: { ...plan, until: "2026-03-09T23:59:00.000Z" } }))).toEqual([
    "sequences.plan_is_over",
  ]);
  expect(await codes(await make({ schedule: { ...plan, until: "2026-03-11T23:59:00.000Z" } }))).toEqual([]);
});

test("a test of variants that cannot name a winner says so before it is sent", async () => {
  const codes = async (id: string) =>
    (await check(id)).warnings.map(({ code }) => code).filter((code) => code !== "broadcasts.warning.no_category");
  const small = await make({ variants: variants(2), experiment });
  expect(await codes(small)).toEqual(["broadcasts.warning.small_sample"]);
  const [, doubt] = (await check(small)).warnings;
  // Of eight people half are in the sample, and half of those get each variant.
  expect(doubt?.message).toContain("about 2 people");
  expect(doubt?.message).toContain("at least 100");
  expect(await codes(await make({ variants: variants(2, "no link"), experiment }))).toEqual([
    "broadcasts.warning.nothing_counted",
  ]);
  expect(await codes(await make({ variants: variants(2), experiment, options: { countsClicks: false } }))).toEqual([
    "broadcasts.warning.nothing_counted",
  ]);
  expect(await codes(await make({ variants: variants(1) }))).toEqual([]);
});

test("by each one's own clock it takes as long as the day goes round the earth", async () => {
  const schedule: Schedule = { kind: "local", day: "2026-03-12", clock: "10:00" };
  const id = await make({ schedule });
  // From 10:00 at UTC+14 to 10:00 at UTC−12, and a second for the messages.
  expect(await check(id)).toMatchObject({ startsAt: "2026-03-11T20:00:00.000Z", durationSeconds: 26 * 3_600 + 1 });
  const late = new Date("2026-03-12T20:00:00Z");
  expect(await check(id, late)).toMatchObject({ startsAt: null, durationSeconds: 2 * 3_600 + 1 });
});

test("with a test of variants it takes until the decision, where that is made by itself", async () => {
  const seconds = async (part: Partial<Experiment>) =>
    (await check(await make({ variants: variants(2), experiment: { ...experiment, ...part } }))).durationSeconds;
  expect(await seconds({})).toBe(3_601);
  expect(await seconds({ samplePercent: 100 })).toBe(1);
  expect(await seconds({ isAuto: false })).toBe(1);
});

test("whoever is asked to let one go is led to where it is read, not to where it is written", async () => {
  const other = await makePerson(database.db, at, { role: "admin" });
  await openChat(database.db, at, other.personId);
  const id = await make({});
  expect((await requestLaunch(owner(), { broadcastId: id })).told).toBe(1);
  const [told] = await database.db.select().from(deliveries).where(eq(deliveries.subjectId, id));
  expect(told?.content).toMatchObject({ buttons: [[{ app: `broadcasts/${id}/launch` }]] });
});

test("a test comes in the language that was asked for, and else in the reader's own", async () => {
  await openChat(database.db, at, personId);
  const messages = { en: { kind: "text" as const, html: "Hello" }, uk: { kind: "text" as const, html: "Вітаю" } };
  const id = await make({ variants: [{ key: "A", share: 100, letter: { fallback: "en", messages } }] });
  await sendBroadcastTest(owner(), { broadcastId: id, language: "uk" });
  await sendBroadcastTest(owner(), { broadcastId: id });
  await expect(sendBroadcastTest(owner(), { broadcastId: id, language: "pl" })).rejects.toMatchObject({
    code: "broadcasts.unknown_language",
  });
  const sent = await database.db.select().from(deliveries).where(eq(deliveries.subjectId, id)).orderBy(deliveries.id);
  expect(sent.map(({ content }) => (content as { html: string }).html)).toEqual(["Вітаю", "Hello"]);
});

test("a test goes to nobody of another workspace, and says so", async () => {
  const theirs = await makeWorkspace(database.db);
  const stranger = await makePerson(database.db, theirs, { role: "owner" });
  const broadcastId = await make({});
  for (const id of [stranger.personId, crypto.randomUUID()])
    await expect(sendBroadcastTest(owner(), { broadcastId, personIds: [personId, id] })).rejects.toMatchObject({
      code: "broadcasts.unknown_people",
    });
});

/** As the engine leaves it when everybody was looked at. */
async function sending(values: Parameters<typeof makeBroadcast>[2], bot: { planned?: number; sent?: number }) {
  const id = await make({ state: "sending", total: people, startedAt: now, ...values, ...bot });
  await database.db.execute(sql`
    insert into broadcast_bots (broadcast_id, bot_id, ceiling, total, is_walked, planned, sent)
    values (${id}, ${at.botId}, 0, ${people}, true, ${bot.planned ?? 0}, ${bot.sent ?? 0})`);
  return id;
}

test("while the rest waits for a winner no time is left to count, and it is said what is waited for", async () => {
  const id = await sending({ variants: variants(2), experiment, phase: 1 }, { sent: 4 });
  expect(await readProgress(owner(), { broadcastId: id })).toMatchObject({
    counts: { waiting: 4, sent: 4 },
    secondsLeft: null,
    waitsForWinner: true,
  });
  await database.db.update(broadcasts).set({ phase: 2, winner: "A" }).where(eq(broadcasts.id, id));
  expect(await readProgress(owner(), { broadcastId: id })).toMatchObject({ secondsLeft: 1, waitsForWinner: false });
});

test("whoever waits for his own time counts in the time that is left", async () => {
  const id = await sending({}, { planned: 1, sent: people - 1 });
  const { chatId } = await makeSubscriber(database.db, at);
  await database.db.execute(sql`
    insert into broadcast_recipients (broadcast_id, workspace_id, bot_id, chat_id, state, due_at)
    values (${id}, ${at.workspaceId}, ${at.botId}, ${chatId}, 'planned', ${"2026-03-10T21:00:00Z"})`);
  expect(await readProgress(owner(), { broadcastId: id })).toMatchObject({
    secondsLeft: 9 * 3_600,
    nextDueAt: "2026-03-10T21:00:00.000Z",
    waitsForWinner: false,
  });
});
