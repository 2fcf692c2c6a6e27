import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { broadcasts } from "@db/schema/broadcasts.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { chooseWinner, decideDue, readExperiment } from "./actions/experiments.ts";
import type { Experiment } from "./contracts.ts";
import { isInSample, variantOf } from "./domain/experiment.ts";
import { asJob, asPerson, letterOf, makeBroadcast, openChat, queuedIn } from "./testing.ts";

let database: TestDatabase;
let space: TestWorkspace;
let launcher: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  space = await makeWorkspace(database.db);
  launcher = (await makePerson(database.db, space, { role: "manager" })).personId;
  await openChat(database.db, space, launcher);
});

const started = new Date("2026-11-26T07:00:00Z");
const decides = new Date("2026-11-26T08:00:00Z");
const seed = 4_711;
const variants = [
  { key: "A", share: 50, letter: letterOf("Hello") },
  { key: "B", share: 50, letter: letterOf("Hi") },
];
const experiment: Experiment = {
  samplePercent: 20,
  measure: "clicks",
  isAuto: true,
  afterMinutes: 60,
  editLosers: false,
};

const makeExperiment = (some: Partial<Experiment> = {}, values: Partial<typeof broadcasts.$inferInsert> = {}) =>
  makeBroadcast(database.db, space, {
    state: "sending",
    name: "Test",
    seed,
    variants,
    experiment: { ...experiment, ...some },
    startedAt: started,
    launchedBy: launcher,
    ...values,
  });

/** As the engine leaves a sample: everybody of it has his variant, and so many of each hundred clicked. */
async function fill(broadcastId: string, people: number, percents: readonly number[], from = 1): Promise<void> {
  const rows: { s: number; v: number; c: boolean }[] = [];
  const seen = [0, 0];
  for (let id = from; rows.length < people; id++) {
    if (!isInSample(seed, id, experiment.samplePercent)) continue;
    const variant = variantOf(seed, id, variants);
    const place = seen[variant] ?? 0;
    seen[variant] = place + 1;
    rows.push({ s: id, v: variant, c: place % 100 < (percents[variant] ?? 0) });
  }
  await database.db.execute(sql`
    with people as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as p(s bigint, v int, c boolean)
    ), rooms as (
      insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
      select ${space.workspaceId}, ${space.botId}, -1 * p.s, 'private', 'x' from people p returning id, telegram_chat_id
    )
    insert into broadcast_recipients (broadcast_id, workspace_id, bot_id, chat_id, subscriber_id, variant, state, queued_at, clicked_at)
    select ${broadcastId}, ${space.workspaceId}, ${space.botId}, r.id, p.s, p.v, 'sent', ${started.toISOString()}::timestamptz, case when p.c then now() end
    from people p join rooms r on r.telegram_chat_id = -1 * p.s`);
}

const decideAt = (now: Date) => decideDue(asJob(database.db, now), {});
const context = () => asPerson(database.db, space, launcher, decides);
const rowOf = async (id: string) => (await database.db.select().from(broadcasts).where(eq(broadcasts.id, id)))[0];
const told = async () => (await queuedIn(database.db, space.workspaceId)).map(({ html }) => html);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "fine",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

describe("an experiment that decides by itself", () => {
  test("names the winner when its time has come, once, and the rest is to get it", async () => {
    const id = await makeExperiment();
    await fill(id, 1_200, [5, 12]);
    await decideAt(new Date(decides.getTime() - 1));
    expect((await rowOf(id))?.winner).toBeNull();
    await Promise.all([decideAt(decides), decideAt(decides), decideAt(decides)]);
    const row = await rowOf(id);
    expect([row?.winner, row?.phase, row?.state, row?.decidedAt]).toEqual(["B", 2, "sending", decides]);
    expect(await told()).toEqual(["“Test”: variant B has won by the figures and goes to everybody else."]);
  });

  test("that cannot be decided asks a person after five tries and says why; another is decided at once", async () => {
    const bad = await makeExperiment({}, { name: "Bad" });
    const good = await makeExperiment({}, { name: "Good" });
    for (const id of [bad, good]) await fill(id, 1_200, [5, 12], id === bad ? 1 : 100_000);
    await poison(database.db, "broadcasts", `new.id = '${bad}' and new.winner is not null`);
    for (let minute = 0; minute < 5; minute++) {
      expect((await rowOf(bad))?.askedAt).toBeNull();
      await decideAt(new Date(decides.getTime() + minute * 60_000));
      expect((await rowOf(good))?.winner).toBe("B");
    }
    expect((await rowOf(bad))?.askedAt?.toISOString()).toBe(new Date(decides.getTime() + 4 * 60_000).toISOString());
    await decideAt(new Date(decides.getTime() + 10 * 60_000));
    expect((await told()).filter((line) => line.includes("Bad"))).toEqual([
      "“Bad”: its winner could not be worked out. Choose a variant yourself.",
    ]);
  });

  test("that cannot even be counted as failed keeps no other from its decision", async () => {
    const rigid = await makeExperiment({}, { name: "Rigid", startedAt: new Date(started.getTime() - 60_000) });
    const behind = await makeExperiment({}, { name: "Behind it" });
    for (const id of [rigid, behind]) await fill(id, 1_200, [5, 12], id === rigid ? 1 : 100_000);
    await poison(database.db, "broadcasts", `new.id = '${rigid}'`);
    await decideAt(decides);
    expect([(await rowOf(rigid))?.winner, (await rowOf(behind))?.winner]).toEqual([null, "B"]);
  });

  test("asks a person, once, when the variants are too close or too few people got them", async () => {
    const close = await makeExperiment({}, { name: "Close" });
    await fill(close, 600, [10, 11]);
    const few = await makeExperiment({}, { name: "Few" });
    await decideAt(decides);
    await decideAt(new Date(decides.getTime() + 60_000));
    expect([(await rowOf(close))?.winner, (await rowOf(close))?.askedAt, (await rowOf(few))?.askedAt]).toEqual([
      null,
      decides,
      decides,
    ]);
    expect((await told()).sort()).toEqual([
      "“Close”: the variants are too close to name a winner. Please choose the variant yourself.",
      "“Few”: too few people or results to name a winner. Please choose the variant yourself.",
    ]);
    expect(await readExperiment(context(), { broadcastId: close })).toMatchObject({
      isAsked: true,
      canChoose: true,
      decidesAt: null,
      verdict: { kind: "close" },
    });
  });

  test("waits while somebody of the sample has not got it, and while it is paused", async () => {
    const waiting = await makeExperiment({}, { queued: 1 });
    const paused = await makeExperiment({}, { state: "paused" });
    await decideAt(decides);
    expect([(await rowOf(waiting))?.askedAt, (await rowOf(paused))?.askedAt]).toEqual([null, null]);
  });

  test("counts those who were tested: who got the winner afterwards changes no figure", async () => {
    const id = await makeExperiment();
    await fill(id, 1_200, [5, 12]);
    await decideAt(decides);
    const before = await readExperiment(context(), { broadcastId: id });
    await fill(id, 500, [0, 100], 1_000_000);
    await database.db.execute(sql`
      update broadcast_recipients set queued_at = ${new Date(decides.getTime() + 1).toISOString()}::timestamptz
      where broadcast_id = ${id} and subscriber_id >= 1000000`);
    const after = await readExperiment(context(), { broadcastId: id });
    expect([before.winner, after.variants]).toEqual(["B", before.variants]);
  });
});

describe("a winner chosen by hand", () => {
  test("holds at any time after the start, the same again changes nothing, and another comes too late", async () => {
    const id = await makeExperiment({ isAuto: false });
    await fill(id, 300, [5, 12]);
    const chosen = await chooseWinner(context(), { broadcastId: id, key: "A" });
    expect([chosen.winner, chosen.canChoose, chosen.verdict.key]).toEqual(["A", false, "B"]);
    expect((await chooseWinner(context(), { broadcastId: id, key: "A" })).winner).toBe("A");
    expect(await codeOf(chooseWinner(context(), { broadcastId: id, key: "B" }))).toBe("sequences.winner_chosen");
    const traces = await database.db.execute<{ action: string }>(
      sql`select action from audit_entries where workspace_id = ${space.workspaceId}`,
    );
    expect(traces.map(({ action }) => action)).toEqual(["broadcast.winner_chosen"]);
  });

  test("of two chosen at once one holds", async () => {
    const id = await makeExperiment({ isAuto: false });
    const answers = await Promise.all(
      (["A", "B"] as const).map((key) => codeOf(chooseWinner(context(), { broadcastId: id, key }))),
    );
    expect(answers.sort()).toEqual(["fine", "sequences.winner_chosen"]);
  });

  test("keeps a paused broadcast paused, and starts no second part where everybody was in the test", async () => {
    const paused = await makeExperiment({ isAuto: false }, { state: "paused" });
    await chooseWinner(context(), { broadcastId: paused, key: "B" });
    expect([(await rowOf(paused))?.state, (await rowOf(paused))?.phase]).toEqual(["paused", 2]);
    const whole = await makeExperiment({ isAuto: false, samplePercent: 100 }, { state: "sent" });
    await chooseWinner(context(), { broadcastId: whole, key: "B" });
    expect([(await rowOf(whole))?.state, (await rowOf(whole))?.phase]).toEqual(["sent", 1]);
  });

  test("is refused for a variant that is not there, a draft, one without a test, and a stranger", async () => {
    const id = await makeExperiment({ isAuto: false });
    const choose = (broadcastId: string, key: "A" | "C" = "A") => codeOf(chooseWinner(context(), { broadcastId, key }));
    expect(await choose(id, "C")).toBe("sequences.variant_unknown");
    expect(await choose(await makeExperiment({}, { state: "draft" }))).toBe("sequences.not_an_experiment");
    expect(await choose(await makeBroadcast(database.db, space))).toBe("sequences.not_an_experiment");
    const stranger = asPerson(database.db, await makeWorkspace(database.db), launcher, decides);
    expect(await codeOf(chooseWinner(stranger, { broadcastId: id, key: "A" }))).toBe("broadcasts.broadcast_not_found");
  });
});
