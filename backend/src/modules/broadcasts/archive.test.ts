import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { sequenceRuns, sequences } from "@db/schema/broadcasts.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq, like } from "drizzle-orm";
import { hear } from "./actions/hear.ts";
import { activateSequence } from "./actions/release-sequence.ts";
import { addPerson } from "./actions/sequence-people.ts";
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
import { type SequenceBody, sequenceLimits } from "./sequence-contracts.ts";
import { asJob, asPerson, letterOf, makeSubscriber, queuedIn } from "./testing.ts";

let database: TestDatabase;
let space: TestWorkspace;
let personId: string;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  space = await makeWorkspace(database.db);
  personId = (await makePerson(database.db, space, { role: "manager" })).personId;
});

const start = new Date("2026-11-26T10:00:00Z");
const hoursLater = (hours: number) => new Date(start.getTime() + hours * 3_600_000);
const context = (now = start) => asPerson(database.db, space, personId, now);
const step = (html: string, delayMinutes: number) => ({
  ...{ delayMinutes, atClock: null, condition: null },
  letter: letterOf(html),
});
const body = (name = "Welcome"): SequenceBody => ({
  ...{ name, botIds: [], trigger: { kind: "joined", source: null }, stops: [], categoryId: null },
  ...{ isUrgent: false, isRepeatable: false },
  steps: [step("one", 0), step("two", 60)],
});
const joins = (subscriberId: number, now: Date) =>
  hear(asJob(database.db, now), {
    workspaceId: space.workspaceId,
    subscriberId,
    happening: { kind: "joined", source: null },
  });
const take = (now: Date) => takeDueRuns(asJob(database.db, now), {});
const sent = async () => (await queuedIn(database.db, space.workspaceId)).map(({ html }) => html);
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "fine",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );
async function running(): Promise<string> {
  const { id } = await createSequence(context(), body());
  await activateSequence(context(), { sequenceId: id });
  return id;
}
const namesIn = async (archived?: "true") =>
  (await listSequences(context(), archived ? { archived } : {})).items.map(({ name }) => name);

describe("a sequence in the archive", () => {
  test("takes nobody in and sends nothing; places and figures stay, and it goes on once it is out and started", async () => {
    const sequenceId = await running();
    const inside = await makeSubscriber(database.db, space);
    await joins(inside.id, start);
    expect(await sent()).toEqual(["one"]);
    expect(await archiveSequence(context(hoursLater(0.5)), { sequenceId })).toMatchObject({
      ...{ isArchived: true, state: "paused", active: 1, isDeletable: false },
      steps: [{ sent: 1 }, { sent: 0, waiting: 1 }],
    });
    await joins((await makeSubscriber(database.db, space)).id, hoursLater(2));
    await take(hoursLater(3));
    expect(await sent()).toEqual(["one"]);
    expect(await database.db.$count(sequenceRuns, eq(sequenceRuns.sequenceId, sequenceId))).toBe(1);
    const late = await makeSubscriber(database.db, space);
    expect(await codeOf(addPerson(context(), { sequenceId, subscriberId: late.id }))).toBe("sequences.not_active");

    expect(await unarchiveSequence(context(), { sequenceId })).toMatchObject({ isArchived: false, state: "paused" });
    await take(hoursLater(4));
    expect(await sent()).toEqual(["one"]);
    await activateSequence(context(), { sequenceId });
    await take(hoursLater(5));
    expect(await sent()).toEqual(["one", "two"]);
  });

  test("is in the list of the archive alone, and is neither changed nor started there", async () => {
    const sequenceId = await running();
    await createSequence(context(), body("Other"));
    await archiveSequence(context(), { sequenceId });
    expect([await namesIn(), await namesIn("true")]).toEqual([["Other"], ["Welcome"]]);
    const refused = [
      changeSequence(context(), { sequenceId, ...body("New name") }),
      activateSequence(context(), { sequenceId }),
    ];
    expect(await Promise.all(refused.map(codeOf))).toEqual(["sequences.archived", "sequences.archived"]);
    expect(await readSequence(context(), { sequenceId })).toMatchObject({ name: "Welcome", state: "paused" });
    expect(await pauseSequence(context(), { sequenceId })).toMatchObject({ state: "paused", isArchived: true });
  });

  test("is put there and taken out once, however often and from however many devices at once", async () => {
    const sequenceId = await running();
    const [first, ...rest] = await Promise.all(
      [1, 2, 3].map(() => archiveSequence(context(hoursLater(1)), { sequenceId })),
    );
    for (const one of rest) expect(one).toEqual(first as NonNullable<typeof first>);
    await Promise.all([1, 2, 3].map(() => unarchiveSequence(context(), { sequenceId })));
    const trail = await database.db
      .select({ action: auditEntries.action })
      .from(auditEntries)
      .where(and(eq(auditEntries.subjectId, sequenceId), like(auditEntries.action, "%archived")));
    expect(trail.map(({ action }) => action).sort()).toEqual(["sequence.archived", "sequence.unarchived"]);
  });

  test("takes no room, and comes out only where there is some", async () => {
    const sequenceId = await running();
    await archiveSequence(context(), { sequenceId });
    const { workspaceId } = space;
    const trigger = { kind: "by_hand" };
    await database.db
      .insert(sequences)
      .values(Array.from({ length: sequenceLimits.sequences - 1 }, (_, n) => ({ workspaceId, name: `${n}`, trigger })));
    await createSequence(context(), body("The last"));
    expect(await codeOf(createSequence(context(), body("One more")))).toBe("sequences.too_many");
    expect(await codeOf(unarchiveSequence(context(), { sequenceId }))).toBe("sequences.too_many");
  });

  test("of another workspace is not found", async () => {
    const sequenceId = await running();
    const other = await makeWorkspace(database.db);
    const stranger = asPerson(database.db, other, personId, start);
    for (const move of [archiveSequence, unarchiveSequence])
      expect(await codeOf(move(stranger, { sequenceId }))).toBe("sequences.sequence_not_found");
    expect((await listSequences(stranger, { archived: "true" })).items).toEqual([]);
  });
});
