/** Sequences where two people are needed, and two people who write one. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { beginUpload, findUpload, finishUpload, putUploadPart } from "@backend/kit/uploads.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { audienceTags } from "@db/schema/audience.ts";
import { broadcastSettings, sequenceRuns } from "@db/schema/broadcasts.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, asc, eq, sql } from "drizzle-orm";
import { hear } from "./actions/hear.ts";
import { releaseFiles } from "./actions/release-files.ts";
import { activateSequence, dropChange, requestSequence } from "./actions/release-sequence.ts";
import {
  archiveSequence,
  changeSequence,
  createSequence,
  listSequences,
  pauseSequence,
  readSequence,
  unarchiveSequence,
} from "./actions/sequences.ts";
import { takeDueRuns } from "./actions/take-due-runs.ts";
import type { Sequence, SequenceBody, StepBody, Waiting } from "./sequence-contracts.ts";
import { asJob, asPerson, letterOf, makeSubscriber, openChat, queuedIn } from "./testing.ts";

let database: TestDatabase;
let space: TestWorkspace;
let writer: string;
let other: string;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 20 });
});
afterAll(() => database.drop());
beforeEach(async () => {
  space = await makeWorkspace(database.db);
  writer = (await makePerson(database.db, space, { role: "manager" })).personId;
  other = (await makePerson(database.db, space, { role: "admin" })).personId;
  for (const personId of [writer, other]) await openChat(database.db, space, personId);
  await two(true);
});

const start = new Date("2026-11-26T10:00:00Z");
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const rights = new Set(["broadcasts.read", "broadcasts.write", "broadcasts.send"]);
const as = (personId = writer, now = start, permissions: ReadonlySet<string> = rights) => {
  const context = asPerson(database.db, space, personId, now);
  return { ...context, actor: { ...context.actor, permissions } };
};
const asKey = () => {
  const { workspaceId } = space;
  const actor = { kind: "api_key" as const, workspaceId, keyId: crypto.randomUUID(), locale: "en" as const };
  return { ...as(), actor: { ...actor, timeZone: "UTC", permissions: rights } };
};
const two = (needsFourEyes: boolean) =>
  database.db
    .insert(broadcastSettings)
    .values({ workspaceId: space.workspaceId, needsFourEyes })
    .onConflictDoUpdate({ target: broadcastSettings.workspaceId, set: { needsFourEyes } });
const step = (html: string, delayMinutes = 0): StepBody => ({
  ...{ delayMinutes, atClock: null, condition: null },
  letter: letterOf(html),
});
const body = (some: Partial<SequenceBody> = {}): SequenceBody => ({
  ...{ name: "Welcome", botIds: [], trigger: { kind: "joined", source: null }, stops: [], categoryId: null },
  ...{ isUrgent: false, isRepeatable: false, steps: [step("one"), step("two", 60)] },
  ...some,
});
/** What is written there last, as the body of another change. */
function again(of: Sequence, some: Partial<SequenceBody> = {}) {
  const { name, botIds, trigger, stops, categoryId, isUrgent, isRepeatable, steps } = of.waiting ?? of;
  const kept = steps.map(({ id, delayMinutes, atClock, condition, letter }: Waiting["steps"][number]) => ({
    ...{ id, delayMinutes, atClock, condition, letter },
  })) as StepBody[];
  return {
    sequenceId: of.id,
    ...{ name, botIds, trigger, stops, categoryId, isUrgent, isRepeatable, steps: kept },
    ...some,
  };
}
/** Started by two, or as before two were needed. */
async function running(some: Partial<SequenceBody> = {}): Promise<Sequence> {
  const { id } = await createSequence(as(), body(some));
  await requestSequence(as(), { sequenceId: id });
  return activateSequence(as(other), { sequenceId: id });
}
const joins = (subscriberId: number, now = start) =>
  hear(asJob(database.db, now), {
    workspaceId: space.workspaceId,
    subscriberId,
    happening: { kind: "joined", source: null },
  });
const sent = async () =>
  (await queuedIn(database.db, space.workspaceId)).filter(({ rank }) => rank === 2).map(({ html }) => html);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "fine",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
const actions = async () =>
  (
    await database.db
      .select({ action: auditEntries.action })
      .from(auditEntries)
      .where(and(eq(auditEntries.workspaceId, space.workspaceId), eq(auditEntries.subjectKind, "sequence")))
      .orderBy(asc(auditEntries.id))
  ).map(({ action }) => action);

describe("where two are needed, a sequence", () => {
  test("is started by another than who asked, who hears of it with a button to where it is read", async () => {
    const { id } = await createSequence(as(), body());
    expect(await codeOf(activateSequence(as(), { sequenceId: id }))).toBe("broadcasts.needs_request");
    expect(await codeOf(activateSequence(as(other), { sequenceId: id }))).toBe("broadcasts.needs_request");
    const { sequence, told } = await requestSequence(as(), { sequenceId: id });
    expect([told, sequence.requestedBy?.id, sequence.needsTwo, sequence.mayStart]).toEqual([1, writer, true, false]);
    expect(await codeOf(activateSequence(as(), { sequenceId: id }))).toBe("broadcasts.needs_another");
    const news = await database.db
      .select({ of: deliveries.subjectId, buttons: sql`${deliveries.content} -> 'buttons'` })
      .from(deliveries)
      .where(and(eq(deliveries.workspaceId, space.workspaceId), eq(deliveries.subjectKind, "sequence_news")));
    expect(news).toEqual([{ of: id, buttons: [[{ text: "Look and decide", app: `sequences/${id}/launch` }]] }]);
    expect((await readSequence(as(other), { sequenceId: id })).mayStart).toBe(true);
    expect((await listSequences(as())).items.map(({ requestedAt }) => requestedAt)).toEqual([start.toISOString()]);
    const started = await activateSequence(as(other), { sequenceId: id });
    expect([started.state, started.requestedBy, started.needsTwo]).toEqual(["active", null, false]);
    expect(await actions()).toEqual(["sequence.created", "sequence.requested", "sequence.activated"]);
  });

  test("has to be asked for again after a change", async () => {
    const made = await createSequence(as(), body());
    await requestSequence(as(), { sequenceId: made.id });
    const changed = await changeSequence(as(), again(made, { name: "Hello" }));
    expect([changed.name, changed.waiting, changed.requestedBy]).toEqual(["Hello", null, null]);
    expect(await codeOf(activateSequence(as(other), { sequenceId: made.id }))).toBe("broadcasts.needs_request");
  });

  test("is not asked for by whoever has not seen a change of it: its writer would release that alone", async () => {
    const read = await createSequence(as(), body());
    const changed = await changeSequence(as(), again(read, { name: "Hello" }));
    const ask = (seenAt: string) => requestSequence(as(other), { sequenceId: read.id, seenAt });
    expect(await codeOf(ask(read.updatedAt))).toBe("sequences.changed_meanwhile");
    expect(await codeOf(activateSequence(as(), { sequenceId: read.id }))).toBe("broadcasts.needs_request");
    expect((await ask(changed.updatedAt)).sequence.requestedBy?.id).toBe(other);
  });

  test("is let go by whoever may send: who may only write sees that he may not", async () => {
    const { id } = await createSequence(as(), body());
    await requestSequence(as(), { sequenceId: id });
    const mayWrite = new Set(["broadcasts.read", "broadcasts.write"]);
    expect((await readSequence(as(other, start, mayWrite), { sequenceId: id })).mayStart).toBe(false);
  });

  test("that runs goes on as it was released while a change waits, and by the change once another let it go", async () => {
    const before = await running();
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    const [first, second] = before.steps;
    const held = await changeSequence(
      as(),
      again(before, {
        steps: [
          { ...step("one"), id: first?.id ?? "" },
          { ...step("two, better", 60), id: second?.id ?? "" },
          step("three", 60),
        ],
      }),
    );
    expect([held.state, held.steps.length, held.waiting?.steps.length, held.needsTwo]).toEqual(["active", 2, 3, true]);
    const bob = await makeSubscriber(database.db, space);
    await joins(bob.id, after(1));
    await takeDueRuns(asJob(database.db, after(60)), {});
    expect(await sent()).toEqual(["one", "one", "two"]);
    expect(await codeOf(activateSequence(as(other), { sequenceId: before.id }))).toBe("broadcasts.needs_request");
    await requestSequence(as(), { sequenceId: before.id });
    expect(await codeOf(activateSequence(as(), { sequenceId: before.id }))).toBe("broadcasts.needs_another");
    const released = await activateSequence(as(other, after(60)), { sequenceId: before.id });
    expect([released.state, released.waiting, released.steps.map(({ id, sent }) => [id, sent])]).toEqual([
      "active",
      null,
      [
        [first?.id ?? "", 2],
        [second?.id ?? "", 1],
        [held.waiting?.steps[2]?.id ?? "", 0],
      ],
    ]);
    await takeDueRuns(asJob(database.db, after(61)), {});
    expect(await sent()).toEqual(["one", "one", "two", "two, better"]);
    expect((await actions()).slice(-3)).toEqual([
      "sequence.change_written",
      "sequence.requested",
      "sequence.change_released",
    ]);
  });

  test("keeps the places of its people when a step goes by a change that was released", async () => {
    const before = await running({ steps: [step("one"), step("two", 60), step("three", 60)] });
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    const [first, , third] = again(before).steps;
    const steps = [first, third].filter((one) => one !== undefined);
    await changeSequence(as(), again(before, { steps }));
    await requestSequence(as(), { sequenceId: before.id });
    await activateSequence(as(other), { sequenceId: before.id });
    const [run] = await database.db.select().from(sequenceRuns).where(eq(sequenceRuns.sequenceId, before.id));
    expect([run?.position, run?.nextAt?.toISOString()]).toEqual([1, after(120).toISOString()]);
  });

  test("is changed in what waits: the steps that are new there keep their ids until it is released", async () => {
    const before = await running();
    const held = await changeSequence(as(), again(before, { steps: [...again(before).steps, step("three", 60)] }));
    const more = await changeSequence(as(other), again(held, { name: "Hello" }));
    expect(more.waiting?.steps.map(({ id }) => id)).toEqual(held.waiting?.steps.map(({ id }) => id) ?? []);
    expect([more.name, more.waiting?.name, more.changedBy?.id]).toEqual(["Welcome", "Hello", other]);
    const strange = { ...step("four"), id: crypto.randomUUID() };
    expect(await codeOf(changeSequence(as(), again(more, { steps: [strange] })))).toBe("sequences.step_unknown");
  });

  test("has nothing that waits when a change says what is in force, or was dropped", async () => {
    const before = await running();
    const held = await changeSequence(as(), again(before, { name: "Hello" }));
    expect(held.waiting?.name).toBe("Hello");
    expect((await changeSequence(as(), again(before))).waiting).toBeNull();
    expect(await codeOf(requestSequence(as(), { sequenceId: before.id }))).toBe("sequences.nothing_waits");
    await changeSequence(as(), again(before, { name: "Hello" }));
    await requestSequence(as(), { sequenceId: before.id });
    const dropped = await dropChange(as(), { sequenceId: before.id });
    expect([dropped.name, dropped.waiting, dropped.requestedBy, dropped.state]).toEqual([
      "Welcome",
      null,
      null,
      "active",
    ]);
    await dropChange(as(), { sequenceId: before.id });
    expect((await actions()).filter((action) => action === "sequence.change_dropped")).toHaveLength(1);
  });

  test("is paused by one and goes on by one as it was released; what was changed meanwhile waits", async () => {
    const { id } = await running();
    await pauseSequence(as(), { sequenceId: id });
    expect((await activateSequence(as(), { sequenceId: id })).state).toBe("active");
    const paused = await pauseSequence(as(), { sequenceId: id });
    const held = await changeSequence(as(), again(paused, { name: "Hello" }));
    expect([held.name, held.waiting?.name]).toEqual(["Welcome", "Hello"]);
    expect(await codeOf(activateSequence(as(), { sequenceId: id }))).toBe("broadcasts.needs_request");
    await dropChange(as(), { sequenceId: id });
    expect((await activateSequence(as(), { sequenceId: id })).state).toBe("active");
  });

  test("takes the request back when it is paused or put away: a release would start what was stopped", async () => {
    const before = await running();
    const ask = async () => {
      await changeSequence(as(), again(before, { name: "Hello" }));
      await requestSequence(as(), { sequenceId: before.id });
    };
    await ask();
    expect((await pauseSequence(as(), { sequenceId: before.id })).requestedBy).toBeNull();
    await ask();
    expect((await archiveSequence(as(), { sequenceId: before.id })).requestedBy).toBeNull();
    expect(await codeOf(requestSequence(as(), { sequenceId: before.id }))).toBe("sequences.archived");
    const back = await unarchiveSequence(as(), { sequenceId: before.id });
    expect([back.state, back.waiting?.name]).toEqual(["paused", "Hello"]);
  });

  test("is written by a program's key, which can neither ask nor let go", async () => {
    const made = await createSequence(asKey(), body());
    expect(await codeOf(requestSequence(asKey(), { sequenceId: made.id }))).toBe("broadcasts.needs_person");
    await requestSequence(as(), { sequenceId: made.id });
    expect(await codeOf(activateSequence(asKey(), { sequenceId: made.id }))).toBe("broadcasts.needs_person");
    const running = await activateSequence(as(other), { sequenceId: made.id });
    const held = await changeSequence(asKey(), again(running, { name: "Hello" }));
    expect([held.waiting?.name, held.changedBy]).toEqual(["Hello", null]);
    expect(await codeOf(activateSequence(asKey(), { sequenceId: made.id }))).toBe("broadcasts.needs_person");
    expect((await pauseSequence(asKey(), { sequenceId: made.id })).state).toBe("paused");
  });

  test("went on when two became needed, and what waits then is one person's again when they are not", async () => {
    await two(false);
    const { id } = await createSequence(as(), body());
    const alone = await activateSequence(as(), { sequenceId: id });
    await two(true);
    const ann = await makeSubscriber(database.db, space);
    await joins(ann.id);
    expect(await sent()).toEqual(["one"]);
    const held = await changeSequence(as(), again(alone, { name: "Hello" }));
    expect([held.state, held.name, held.waiting?.name]).toEqual(["active", "Welcome", "Hello"]);
    await two(false);
    const mine = await readSequence(as(), { sequenceId: id });
    expect([mine.needsTwo, mine.mayStart, mine.name]).toEqual([false, true, "Welcome"]);
    expect((await activateSequence(as(), { sequenceId: id })).name).toBe("Hello");
    await two(true);
    await changeSequence(as(), again(held, { name: "Held" }));
    await two(false);
    const direct = await changeSequence(as(), again(held, { name: "Direct" }));
    expect([direct.name, direct.waiting]).toEqual(["Direct", null]);
  });

  test("is let go once, however many press at once, and never with words that the presser has not read", async () => {
    const before = await running();
    await changeSequence(as(), again(before, { name: "Hello" }));
    const { sequence } = await requestSequence(as(), { sequenceId: before.id });
    const seenAt = sequence.updatedAt;
    await Promise.all(Array.from({ length: 6 }, () => activateSequence(as(other), { sequenceId: before.id, seenAt })));
    expect((await actions()).filter((action) => action === "sequence.change_released")).toHaveLength(1);
    await changeSequence(as(), again(before, { name: "Other words" }));
    await requestSequence(as(), { sequenceId: before.id });
    const stale = activateSequence(as(other), { sequenceId: before.id, seenAt });
    expect(await codeOf(stale)).toBe("sequences.changed_meanwhile");
    expect((await readSequence(as(), { sequenceId: before.id })).name).toBe("Hello");
  });

  test("is not let go when what the change names is gone by then", async () => {
    const { db } = database;
    const before = await running();
    const { workspaceId } = space;
    const [tag] = await db.insert(audienceTags).values({ workspaceId, name: "hot" }).returning();
    const stops = [{ kind: "tagged" as const, tagId: Number(tag?.id) }];
    await changeSequence(as(), again(before, { stops }));
    await requestSequence(as(), { sequenceId: before.id });
    await db.delete(audienceTags).where(eq(audienceTags.id, Number(tag?.id)));
    expect(await codeOf(activateSequence(as(other), { sequenceId: before.id }))).toBe("sequences.choice_unknown");
    expect((await readSequence(as(), { sequenceId: before.id })).stops).toEqual([]);
  });

  test("keeps the files of the change that waits, and lets them go with it", async () => {
    const { db } = database;
    const { workspaceId } = space;
    const now = new Date();
    const file = { workspaceId, purpose: "media" as const, name: "a.png", size: 3, createdBy: null, now };
    const { id: uploadId } = await beginUpload(db, file);
    await putUploadPart(db, { workspaceId, uploadId, number: 0, bytes: new Uint8Array([1, 2, 3]), now });
    await finishUpload(db, workspaceId, uploadId, now);
    const isKept = async () => (await findUpload(db, workspaceId, uploadId))?.expiresAt === null;
    const before = await running();
    const letter = { fallback: "en", messages: { en: { kind: "photo" as const, media: `upload:${uploadId}` } } };
    await changeSequence(as(), again(before, { steps: [{ ...step(""), letter }] }));
    const later = new Date(now.getTime() + 2 * 86_400_000);
    await releaseFiles(asJob(db, later), {});
    expect(await isKept()).toBe(true);
    await dropChange(as(), { sequenceId: before.id });
    await releaseFiles(asJob(db, later), {});
    expect(await isKept()).toBe(false);
  });

  test("of another workspace does not exist", async () => {
    const { id } = await running();
    const elsewhere = await makeWorkspace(database.db);
    const stranger = { ...as(), actor: { ...as().actor, workspaceId: elsewhere.workspaceId } };
    for (const work of [requestSequence, activateSequence, dropChange])
      expect(await codeOf(work(stranger, { sequenceId: id }))).toBe("sequences.sequence_not_found");
  });
});

describe("two people who save one sequence", () => {
  test("replace nothing that they have not seen: of many at once one is saved, the others are told", async () => {
    const made = await createSequence(as(), body());
    const { updatedAt: seenAt } = made;
    const names = Array.from({ length: 6 }, (_, n) => `Number ${n}`);
    const answers = await Promise.all(
      names.map((name) => codeOf(changeSequence(as(), { ...again(made, { name }), seenAt }))),
    );
    expect(answers.toSorted()).toEqual(["fine", ...Array.from({ length: 5 }, () => "sequences.changed_meanwhile")]);
    const { name, updatedAt, changedBy } = await readSequence(as(), { sequenceId: made.id });
    expect([names[answers.indexOf("fine")], changedBy?.id]).toEqual([name, writer]);
    const next = await changeSequence(as(other), { ...again(made, { name: "Next" }), seenAt: updatedAt });
    expect([next.name, next.changedBy?.id]).toEqual(["Next", other]);
  });

  test("hear of a pause and of a start too, and a program that names no state replaces what is there", async () => {
    await two(false);
    const made = await createSequence(as(), body());
    const started = await activateSequence(as(), { sequenceId: made.id });
    const late = changeSequence(as(), { ...again(made), seenAt: made.updatedAt });
    expect(await codeOf(late)).toBe("sequences.changed_meanwhile");
    expect((await changeSequence(asKey(), again(started, { name: "Program" }))).name).toBe("Program");
  });
});
