import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { reactions } from "@backend/app/reactions.ts";
import { AppError } from "@backend/kit/errors.ts";
import { type EventDefinition, publish, setReactions } from "@backend/kit/events.ts";
import { readPayload } from "@backend/kit/jobs.ts";
import {
  subscriberChose,
  subscriberFieldsChanged,
  subscriberJoined,
  subscriberLost,
  subscriberTagged,
  subscriberWrote,
} from "@backend/modules/audience/index.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import type { Db } from "@db/client.ts";
import { audienceCategories, audienceFields, audienceTags, subscribers } from "@db/schema/audience.ts";
import { broadcastSettings, sequenceRuns } from "@db/schema/broadcasts.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import type { Static, TSchema } from "@sinclair/typebox";
import { asc, eq, sql } from "drizzle-orm";
import { type Heard, hear } from "./actions/hear.ts";
import { activateSequence } from "./actions/release-sequence.ts";
import { addPerson, listRunsOfSubscriber, listSequenceRuns, removePerson } from "./actions/sequence-people.ts";
import {
  changeSequence,
  createSequence,
  deleteSequence,
  listSequences,
  pauseSequence,
  readSequence,
} from "./actions/sequences.ts";
import { takeDueRuns } from "./actions/take-due-runs.ts";
import { linkClicked, messageConverted } from "./events.ts";
import { listWeary } from "./recipients-queries.ts";
import type { Sequence, SequenceBody, StepBody } from "./sequence-contracts.ts";
import { hearJob } from "./sequence-jobs.ts";
import { asJob, asPerson, letterOf, makeSubscriber, queuedIn } from "./testing.ts";

let database: TestDatabase;
let space: TestWorkspace;
let personId: string;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 20 });
});
afterAll(() => database.drop());
beforeEach(async () => {
  space = await makeWorkspace(database.db);
  personId = (await makePerson(database.db, space, { role: "manager" })).personId;
});

const start = new Date("2026-11-26T10:00:00Z");
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const context = (now = start) => asPerson(database.db, space, personId, now);
const takeAt = (now: Date) => takeDueRuns(asJob(database.db, now), {});
const step = (html: string, delayMinutes = 0, some: Partial<StepBody> = {}): StepBody => ({
  delayMinutes,
  atClock: null,
  condition: null,
  letter: letterOf(html),
  ...some,
});
const bodyOf = (some: Partial<SequenceBody> = {}): SequenceBody => ({
  name: "Welcome",
  botIds: [],
  trigger: { kind: "joined", source: null },
  stops: [],
  categoryId: null,
  isUrgent: false,
  isRepeatable: false,
  steps: [step("one"), step("two", 60), step("three", 60)],
  ...some,
});
async function running(some: Partial<SequenceBody> = {}): Promise<Sequence> {
  const { id } = await createSequence(context(), bodyOf(some));
  return activateSequence(context(), { sequenceId: id });
}
const happens = (subscriberId: number, happening: Heard["happening"], now = start) =>
  hear(asJob(database.db, now), { workspaceId: space.workspaceId, subscriberId, happening });
const byHand = { kind: "by_hand" } as const;
const joins = (subscriberId: number, now = start) => happens(subscriberId, { kind: "joined", source: null }, now);
const runsOf = (sequenceId: string) =>
  database.db.select().from(sequenceRuns).where(eq(sequenceRuns.sequenceId, sequenceId)).orderBy(asc(sequenceRuns.id));
const sent = async () => (await queuedIn(database.db, space.workspaceId)).map(({ html }) => html);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "fine",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
/** Makes the body of a change out of what is there. */
const again = ({ steps, name, botIds, trigger, stops, categoryId, isUrgent, isRepeatable, id }: Sequence) => ({
  sequenceId: id,
  ...{ name, botIds, trigger, stops, categoryId, isUrgent, isRepeatable },
  steps: steps.map(({ id, delayMinutes, atClock, condition, letter }) => ({
    id,
    delayMinutes,
    atClock,
    condition,
    letter,
  })),
});

describe("a person in a sequence", () => {
  test("gets its steps in order after their delays, once each, however many take them", async () => {
    const { id } = await running();
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    expect(await sent()).toEqual(["one"]);
    await takeAt(after(59));
    expect(await sent()).toEqual(["one"]);
    await Promise.all(Array.from({ length: 6 }, () => takeAt(after(60))));
    await takeAt(after(61));
    expect(await sent()).toEqual(["one", "two"]);
    await takeAt(after(120));
    await takeAt(after(500));
    const rows = await queuedIn(database.db, space.workspaceId);
    expect(rows.map(({ html, chat, rank }) => [html, chat, rank])).toEqual(
      ["one", "two", "three"].map((html) => [html, ann.chatId, 2]),
    );
    const [run] = await runsOf(id);
    expect([run?.state, run?.nextAt, run?.endedAt]).toEqual(["finished", null, after(120)]);
    const seen = await readSequence(context(), { sequenceId: id });
    expect([seen.active, seen.finished, seen.steps.map((one) => [one.sent, one.skipped, one.waiting])]).toEqual([
      0,
      1,
      [
        [1, 0, 0],
        [1, 0, 0],
        [1, 0, 0],
      ],
    ]);
  });

  test("enters once of fifty entries at once, also into one that is over in the same moment", async () => {
    const long = await running();
    const triggered = await running({ name: "Triggered", steps: [step("hello")] });
    const { id } = await makeSubscriber(database.db, space);
    await Promise.all(Array.from({ length: 50 }, () => joins(id)));
    await joins(id, after(1));
    expect([(await runsOf(long.id)).length, (await runsOf(triggered.id)).length]).toEqual([1, 1]);
    expect((await sent()).sort()).toEqual(["hello", "one"]);
  });

  test("may go through a repeatable one again, after its end only", async () => {
    const { id } = await running({ isRepeatable: true, steps: [step("one"), step("two", 10)] });
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    await joins(ann.id, after(5));
    await takeAt(after(10));
    await joins(ann.id, after(20));
    expect((await runsOf(id)).map(({ state }) => state)).toEqual(["finished", "active"]);
    expect(await sent()).toEqual(["one", "two", "one"]);
  });

  test("neither gets a step twice nor misses one when the clock jumps ten minutes to and fro", async () => {
    await running({ steps: [step("one"), step("two", 15), step("three", 15)] });
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    for (const minute of [10, 5, 20, 11, 30, 25, 45, 36, 50]) await takeAt(after(minute));
    expect(await sent()).toEqual(["one", "two", "three"]);
  });

  test("enters through its bots alone, and not while it is a draft or paused", async () => {
    const [other] = await database.db.execute<{ id: string }>(sql`
      insert into bots (workspace_id, telegram_id, username, name, token_sealed, webhook_secret_sealed)
      select workspace_id, telegram_id + 1, 'other_' || username, name, token_sealed, webhook_secret_sealed
      from bots where id = ${space.botId} returning id`);
    const elsewhere = await running({ botIds: [other?.id ?? ""] });
    const draft = await createSequence(context(), bodyOf());
    const paused = await running();
    await pauseSequence(context(), { sequenceId: paused.id });
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    for (const { id } of [elsewhere, draft, paused]) expect(await runsOf(id)).toEqual([]);
  });

  test("keeps his place while it is paused, and goes on when it runs again", async () => {
    const { id } = await running();
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    await pauseSequence(context(), { sequenceId: id });
    await takeAt(after(60));
    expect(await sent()).toEqual(["one"]);
    await activateSequence(context(after(90)), { sequenceId: id });
    await takeAt(after(90));
    expect(await sent()).toEqual(["one", "two"]);
  });
});

describe("what happens elsewhere", () => {
  /** As the worker does it: what the fact leaves behind as jobs is read by its schema and done. */
  async function told<S extends TSchema>(event: EventDefinition<S>, payload: Static<S>): Promise<number> {
    setReactions(
      reactions.filter((one) =>
        "job" in one ? one.job.name === hearJob.name : one.event === subscriberFieldsChanged.name,
      ),
    );
    await database.db.transaction((tx) => publish(tx as unknown as Db, event, payload));
    setReactions([]);
    const jobs = await database.db.execute<{ payload: unknown }>(sql`
      delete from graphile_worker._private_jobs returning payload`);
    for (const job of jobs) await hear(asJob(database.db, start), readPayload(hearJob as never, job.payload) as Heard);
    return jobs.length;
  }

  test("is heard by sequences: each fact once, and those that concern none not at all", async () => {
    const [tag] = await database.db
      .insert(audienceTags)
      .values({ workspaceId: space.workspaceId, name: "VIP" })
      .returning();
    const tagId = tag?.id ?? 0;
    await database.db
      .insert(audienceFields)
      .values({ workspaceId: space.workspaceId, key: "city", name: "City", kind: "text" });
    const begun = async (trigger: SequenceBody["trigger"]) => {
      const { id } = await running({
        name: trigger.kind,
        trigger,
        stops: [{ kind: "replied" }],
        steps: [step("x", 600)],
      });
      return async () => (await runsOf(id)).map(({ state, reason }) => reason ?? state);
    };
    const joined = await begun({ kind: "joined", source: { test: "starts", value: "ad" } });
    const tagged = await begun({ kind: "tagged", tagId });
    const clicked = await begun({ kind: "clicked", broadcastId: null });
    const moved = await begun({ kind: "field_changed", key: "city", value: "Kyiv" });
    const converted = await begun({ kind: "converted", status: "sale" });
    const willing = await begun({ kind: "opted_in", categoryId: null });
    const ann = await makeSubscriber(database.db, space, { fields: { city: "Kyiv" } });
    const { workspaceId, botId } = space;
    const at = { workspaceId, botId, subscriberId: ann.id, telegramId: ann.telegramId };
    const message = { workspaceId, broadcastId: crypto.randomUUID(), recipientId: "1", subscriberId: ann.id };
    await told(subscriberJoined, { ...at, isReturn: false, source: "ad7" });
    await told(subscriberTagged, { ...at, added: [tagId], removed: [] });
    await told(subscriberFieldsChanged, { ...at, keys: ["city"] });
    await told(linkClicked, { ...message, link: 1 });
    await told(messageConverted, { ...message, conversionId: "1", status: "sale" });
    await told(subscriberChose, { ...at, categoryId: 3, isOptedOut: false });
    // By its key alone: what the field is, is asked when it is heard.
    const elsewhere = await makeSubscriber(database.db, space, { fields: { city: "Lviv" } });
    expect(await told(subscriberFieldsChanged, { ...at, subscriberId: elsewhere.id, keys: ["city"] })).toBe(1);
    expect(await told(subscriberFieldsChanged, { ...at, keys: ["plan"] })).toBe(0);
    const all = [joined, tagged, moved, clicked, converted, willing];
    for (const states of all) expect(await states()).toEqual(["active"]);
    expect(await told(subscriberTagged, { ...at, added: [], removed: [tagId] })).toBe(0);
    expect(await told(subscriberWrote, { ...at, isCommand: true })).toBe(0);
    expect(await told(linkClicked, { ...message, subscriberId: null, link: 1 })).toBe(0);
    await told(subscriberWrote, { ...at, isCommand: false });
    for (const states of all) expect(await states()).toEqual(["replied"]);
    const lost = await makeSubscriber(database.db, space);
    await told(subscriberJoined, { ...at, subscriberId: lost.id, isReturn: true, source: "ad" });
    await told(subscriberLost, { ...at, subscriberId: lost.id, state: "blocked" });
    expect(await joined()).toEqual(["replied", "lost"]);
  });
});

describe("a sequence ends for a person", () => {
  const leaves = async (some: Partial<SequenceBody>, happening: Heard["happening"]) => {
    const { id } = await running(some);
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    await happens(ann.id, happening, after(5));
    await takeAt(after(60));
    const [run] = await runsOf(id);
    return [run?.state, run?.reason, (await sent()).length];
  };

  test("by what its rules name", async () => {
    const stops: SequenceBody["stops"] = [{ kind: "replied" }, { kind: "converted", status: null }];
    expect(await leaves({ stops }, { kind: "replied" })).toEqual(["stopped", "replied", 1]);
    expect(await leaves({ stops, name: "B" }, { kind: "converted", status: "sale" })).toEqual([
      "stopped",
      "converted",
      2 + 1,
    ]);
  });

  test("when the bot was blocked", async () => {
    expect(await leaves({}, { kind: "lost" })).toEqual(["stopped", "lost", 1]);
  });

  test("at its next step when the event itself was lost: whoever refuses or is gone gets nothing", async () => {
    const [category] = await database.db
      .insert(audienceCategories)
      .values({ workspaceId: space.workspaceId, names: { en: "Offers" } })
      .returning();
    const { id } = await running({ categoryId: category?.id ?? 0 });
    const refusing = await makeSubscriber(database.db, space);
    const gone = await makeSubscriber(database.db, space);
    const staying = await makeSubscriber(database.db, space);
    for (const one of [refusing, gone, staying]) await joins(one.id);
    const change = (subscriberId: number, values: Partial<typeof subscribers.$inferInsert>) =>
      database.db
        .update(subscribers)
        .set(values)
        .where(eq(subscribers.id, BigInt(subscriberId)));
    await change(refusing.id, { optedOutOf: [category?.id ?? 0] });
    await change(gone.id, { state: "blocked" });
    await takeAt(after(60));
    expect((await runsOf(id)).map(({ state, reason }) => [state, reason])).toEqual([
      ["stopped", "opted_out"],
      ["stopped", "lost"],
      ["active", null],
    ]);
    expect(await sent()).toEqual(["one", "one", "one", "two"]);
  });

  test("by the hand of a member", async () => {
    const { id } = await running();
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    const [run] = (await listSequenceRuns(context(), { sequenceId: id })).items;
    await removePerson(context(), { runId: run?.id ?? "" });
    await removePerson(context(), { runId: run?.id ?? "" });
    await takeAt(after(60));
    expect((await listSequenceRuns(context(), { sequenceId: id })).items.map((one) => [one.state, one.reason])).toEqual(
      [["stopped", "removed"]],
    );
    expect(await sent()).toEqual(["one"]);
  });
});

describe("a step", () => {
  test("is skipped by whom its condition does not fit when its time has come, and he goes on", async () => {
    const nobody = { kind: "language", test: "is", values: ["xx"] } as const;
    const { id } = await running({ steps: [step("one", 0, { condition: nobody }), step("two")] });
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    await takeAt(start);
    expect(await sent()).toEqual(["two"]);
    const { steps } = await readSequence(context(), { sequenceId: id });
    expect(steps.map((one) => [one.sent, one.skipped])).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test("waits until the limit per person lets it through, counts in it, and urgent ones do neither", async () => {
    await database.db
      .insert(broadcastSettings)
      .values({ workspaceId: space.workspaceId, attention: { messages: 2, hours: 24 } });
    const story = await running();
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    await takeAt(after(60));
    await takeAt(after(120));
    await takeAt(after(121));
    expect(await sent()).toEqual(["one", "two"]);
    const [run] = await runsOf(story.id);
    expect([run?.state, run?.position, run?.nextAt]).toEqual(["active", 2, after(24 * 60)]);
    // Broadcasts ask the same: who has had enough of sequences is weary of them too.
    const weary = (now: Date) =>
      listWeary(database.db, space.workspaceId, [ann.telegramId], { messages: 2, hours: 24 }, now);
    expect(await weary(after(121))).toEqual(new Map([[ann.telegramId, after(24 * 60)]]));

    const urgent = await running({ isUrgent: true, isRepeatable: true, steps: [step("urgent")], trigger: byHand });
    await addPerson(context(after(130)), { sequenceId: urgent.id, subscriberId: ann.id });
    expect(await sent()).toEqual(["one", "two", "urgent"]);
    expect(await weary(after(131))).toEqual(new Map([[ann.telegramId, after(24 * 60)]]));

    await takeAt(after(24 * 60 - 1));
    expect(await sent()).toEqual(["one", "two", "urgent"]);
    await takeAt(after(24 * 60));
    expect(await sent()).toEqual(["one", "two", "urgent", "three"]);
    expect((await runsOf(story.id))[0]?.state).toBe("finished");
  });

  test("finds no room twice for one human, however many sequences see him at once", async () => {
    await database.db
      .insert(broadcastSettings)
      .values({ workspaceId: space.workspaceId, attention: { messages: 1, hours: 24 } });
    const ann = await makeSubscriber(database.db, space);
    for (let n = 0; n < 4; n++) await running({ steps: [step(`story ${n}`, 1)] });
    await joins(ann.id);
    await Promise.all([1, 2, 3].map(() => takeAt(after(1))));
    expect(await sent()).toHaveLength(1);
  });

  test("waits for the end of quiet hours by the person's own wall; an urgent one does not", async () => {
    await database.db
      .insert(broadcastSettings)
      .values({ workspaceId: space.workspaceId, quietHours: { from: "22:00", to: "08:00" } });
    const quiet = await running({ steps: [step("quiet")] });
    await running({ name: "Urgent", isUrgent: true, steps: [step("urgent")] });
    // 10:00 UTC is 23:00 in Auckland.
    const ann = await makeSubscriber(database.db, space, { timeZone: "Pacific/Auckland" });
    await joins(ann.id);
    expect(await sent()).toEqual(["urgent"]);
    expect((await runsOf(quiet.id))[0]?.nextAt).toEqual(new Date("2026-11-26T19:00:00Z"));
    await takeAt(new Date("2026-11-26T19:00:00Z"));
    expect(await sent()).toEqual(["urgent", "quiet"]);
  });

  test("with a clock comes at it by the person's own wall", async () => {
    const { id } = await running({ steps: [step("morning", 1_440, { atClock: "09:30" })] });
    const ann = await makeSubscriber(database.db, space, { timeZone: "America/New_York" });
    await joins(ann.id);
    expect((await runsOf(id))[0]?.nextAt).toEqual(new Date("2026-11-27T14:30:00Z"));
  });

  test("speaks the person's language and name", async () => {
    const letter = {
      fallback: "en",
      messages: { en: { kind: "text" as const, html: "Hello" }, uk: { kind: "text" as const, html: "Вітаю" } },
    };
    await running({ steps: [step("", 0, { letter })] });
    await joins((await makeSubscriber(database.db, space, { language: "uk" })).id);
    await joins((await makeSubscriber(database.db, space, { language: "pl" })).id);
    expect(await sent()).toEqual(["Вітаю", "Hello"]);
  });

  test("has no macro of a click in its links: nobody counts them", async () => {
    await running({ steps: [step('<a href="https://go.example/?u={first_name}&amp;c={click}">go</a>')] });
    const { id } = await makeSubscriber(database.db, space);
    await joins(id);
    expect(await sent()).toEqual(['<a href="https://go.example/?u=Ann&amp;c=">go</a>']);
  });

  test("that always fails for one person is given up after five tries; the others get theirs at once", async () => {
    const { id } = await running();
    const poisoned = await makeSubscriber(database.db, space);
    const healthy = await makeSubscriber(database.db, space);
    await poison(database.db, "sequence_runs", `new.subscriber_id = ${poisoned.id} and new.position > 0`);
    await joins(poisoned.id);
    await joins(healthy.id);
    expect(await sent()).toEqual(["one"]);
    for (let minute = 0; minute < 60; minute++) await takeAt(after(minute));
    const [run, other] = await runsOf(id);
    expect([run?.state, run?.reason, run?.tries, other?.position]).toEqual(["stopped", "failed", 5, 1]);
    await takeAt(after(60));
    expect(await sent()).toEqual(["one", "two"]);
  });
});

test("a person whose place cannot be written at all keeps nobody behind him, and the job comes to its end", async () => {
  const { id } = await running();
  const rigid = await makeSubscriber(database.db, space);
  const behind = await makeSubscriber(database.db, space);
  await joins(rigid.id);
  await joins(behind.id);
  expect(await sent()).toEqual(["one", "one"]);
  await poison(database.db, "sequence_runs", `new.subscriber_id = ${rigid.id}`);
  const began = performance.now();
  await takeAt(after(60));
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(await sent()).toEqual(["one", "one", "two"]);
  const [first, second] = await runsOf(id);
  expect([first?.position, second?.position]).toEqual([1, 2]);
});

describe("changing a running sequence", () => {
  test("holds for those who have not got the step; who stood before a deleted one passes it and waits for the next", async () => {
    const sequence = await running();
    const early = await makeSubscriber(database.db, space);
    const late = await makeSubscriber(database.db, space);
    await joins(early.id);
    await takeAt(after(60));
    await joins(late.id, after(60));
    const [one, two, three] = again(sequence).steps;
    if (!one || !two || !three) throw new Error("three steps were made");
    const changed = await changeSequence(context(after(60)), {
      ...again(sequence),
      steps: [one, { ...three, letter: letterOf("three, better") }, step("four", 30)],
    });
    expect(changed.steps.map(({ waiting, sent: count }) => [waiting, count])).toEqual([
      [0, 2],
      [2, 0],
      [0, 0],
    ]);
    for (let minute = 61; minute < 400; minute += 5) await takeAt(after(minute));
    expect((await sent()).sort()).toEqual(["four", "four", "one", "one", "three, better", "three, better", "two"]);
  });

  test("takes steps of no other sequence, and leaves no running one empty", async () => {
    const sequence = await running();
    const other = await createSequence(context(), bodyOf({ name: "Other" }));
    const foreign = { ...step("x"), id: other.steps[0]?.id ?? "" };
    expect(await codeOf(changeSequence(context(), { ...again(sequence), steps: [foreign] }))).toBe(
      "sequences.step_unknown",
    );
    expect(await codeOf(changeSequence(context(), { ...again(sequence), steps: [] }))).toBe("sequences.is_empty");
    const twice = again(sequence).steps[0] as StepBody;
    expect(await codeOf(changeSequence(context(), { ...again(sequence), steps: [twice, twice] }))).toBe(
      "sequences.step_unknown",
    );
  });

  test("refuses what a workspace has not, in words", async () => {
    const stranger = await makeWorkspace(database.db);
    const [tag] = await database.db
      .insert(audienceTags)
      .values({ workspaceId: stranger.workspaceId, name: "Theirs" })
      .returning();
    const create = (some: Partial<SequenceBody>) => codeOf(createSequence(context(), bodyOf(some)));
    expect(await create({ botIds: [stranger.botId] })).toBe("sequences.choice_unknown");
    expect(await create({ trigger: { kind: "tagged", tagId: tag?.id ?? 0 } })).toBe("sequences.choice_unknown");
    await database.db
      .insert(audienceFields)
      .values({ workspaceId: space.workspaceId, key: "age", name: "Age", kind: "number" });
    const became = (key: string, value: string | number | null) =>
      create({ trigger: { kind: "field_changed", key, value } });
    expect(await became("city", null)).toBe("sequences.choice_unknown");
    expect(await became("age", "forty")).toBe("sequences.value_unfit");
    expect(await became("age", 40)).toBe("fine");
    expect(await create({ categoryId: 999_999 })).toBe("sequences.choice_unknown");
    expect(await create({ trigger: { kind: "clicked", broadcastId: crypto.randomUUID() } })).toBe(
      "sequences.choice_unknown",
    );
    expect(await create({ name: "  " })).toBe("sequences.name_invalid");
    expect(await create({ steps: [step("x", 0, { letter: { fallback: "uk", messages: {} } })] })).toBe(
      "letters.no_fallback",
    );
    const gone = { kind: "tag", test: "any", values: [tag?.id ?? 0] } as const;
    expect(await create({ steps: [step("x", 0, { condition: gone })] })).toBe("segments.tag_gone");
    const empty = await createSequence(context(), bodyOf({ steps: [] }));
    expect(await codeOf(activateSequence(context(), { sequenceId: empty.id }))).toBe("sequences.is_empty");
  });
});

describe("people of a sequence", () => {
  test("are put in by hand once, and found by name", async () => {
    const { id } = await running({ trigger: { kind: "by_hand" } });
    const ann = await makeSubscriber(database.db, space, { firstName: "Oksana", username: "oks" });
    await makeSubscriber(database.db, space);
    const run = await addPerson(context(), { sequenceId: id, subscriberId: ann.id });
    expect([run.name, run.position, run.state]).toEqual(["Oksana", 1, "active"]);
    expect(await codeOf(addPerson(context(), { sequenceId: id, subscriberId: ann.id }))).toBe("sequences.already_in");
    const found = async (search: string) =>
      (await listSequenceRuns(context(), { sequenceId: id, search })).items.length;
    expect([await found("oksa"), await found("@oks"), await found("nobody"), await found("%")]).toEqual([1, 1, 0, 0]);
    expect(
      (await listRunsOfSubscriber(context(), { subscriberId: String(ann.id) })).items.map((one) => one.sequenceName),
    ).toEqual(["Welcome"]);
  });

  test("come in pages, each once", async () => {
    const { id } = await running();
    for (let n = 0; n < 5; n++) await joins((await makeSubscriber(database.db, space)).id);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listSequenceRuns(context(), { sequenceId: id, limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map((one) => one.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect([seen.length, new Set(seen).size]).toEqual([5, 5]);
  });

  test("of a stranger are not found, and he neither sees nor changes a sequence", async () => {
    const sequence = await running();
    const { id: sequenceId } = sequence;
    const ann = await makeSubscriber(database.db, space);
    const at = await makeWorkspace(database.db);
    const stranger = asPerson(database.db, at, (await makePerson(database.db, at, { role: "owner" })).personId, start);
    const answers = await Promise.all(
      [
        readSequence(stranger, { sequenceId }),
        changeSequence(stranger, again(sequence)),
        deleteSequence(stranger, { sequenceId }),
        activateSequence(stranger, { sequenceId }),
        pauseSequence(stranger, { sequenceId }),
        listSequenceRuns(stranger, { sequenceId }),
        addPerson(stranger, { sequenceId, subscriberId: ann.id }),
      ].map(codeOf),
    );
    expect(new Set(answers)).toEqual(new Set(["sequences.sequence_not_found"]));
    expect(await codeOf(listRunsOfSubscriber(stranger, { subscriberId: String(ann.id) }))).toBe(
      "sequences.person_not_found",
    );
    expect((await listSequences(stranger)).items).toEqual([]);
    // Somebody else's subscriber in one's own sequence.
    const own = await createSequence(stranger, bodyOf());
    await activateSequence(stranger, { sequenceId: own.id });
    expect(await codeOf(addPerson(stranger, { sequenceId: own.id, subscriberId: ann.id }))).toBe(
      "sequences.person_not_found",
    );
  });
});
