import { afterAll, beforeAll, expect, test } from "bun:test";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { sequenceConversions, sequenceMessages, sequenceSteps } from "@db/schema/broadcasts.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { asc, eq } from "drizzle-orm";
import { forgetMessages } from "./actions/forget-messages.ts";
import { createSequence, deleteSequence, readSequence } from "./actions/sequences.ts";
import { takeRecipientIds } from "./recipients-queries.ts";
import type { Sequence } from "./sequence-contracts.ts";
import { asJob, asPerson, letterOf } from "./testing.ts";

let database: TestDatabase;
let space: TestWorkspace;
let personId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  space = await makeWorkspace(database.db);
  personId = (await makePerson(database.db, space, { role: "manager" })).personId;
});
afterAll(() => database.drop());

const now = new Date("2026-11-26T10:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const context = () => asPerson(database.db, space, personId, now);
const forget = () => forgetMessages({ ...asJob(database.db, now), ports: { keep: { deliveriesDays: 180 } } }, {});

const make = (): Promise<Sequence> =>
  createSequence(context(), {
    ...{ name: "Welcome", botIds: [], trigger: { kind: "joined", source: null }, stops: [], categoryId: null },
    ...{ isUrgent: false, isRepeatable: false },
    steps: [{ delayMinutes: 0, atClock: null, condition: null, letter: letterOf("one") }],
  });
/** Messages of its step, as they were sent so many days ago. */
async function send(
  sequence: Sequence,
  ages: readonly number[],
  some: Partial<typeof sequenceMessages.$inferInsert> = {},
) {
  const ids = await takeRecipientIds(database.db, ages.length);
  const [step] = sequence.steps;
  const rows = ages.map((age, n) => ({
    ...{ id: ids[n] ?? 0n, workspaceId: space.workspaceId, sequenceId: sequence.id, stepId: step?.id ?? null },
    ...{ subscriberId: n + 1, isUrgent: false, queuedAt: daysAgo(age) },
    ...some,
  }));
  await database.db.insert(sequenceMessages).values(rows);
  return ids;
}
const left = async ({ id }: Sequence) =>
  (
    await database.db
      .select({ id: sequenceMessages.id })
      .from(sequenceMessages)
      .where(eq(sequenceMessages.sequenceId, id))
      .orderBy(asc(sequenceMessages.id))
  ).map((row) => row.id);

test("forgets old messages that nobody answered, thousand after thousand, and keeps the young and the answered", async () => {
  const sequence = await make();
  const [clicked = 0n] = await send(sequence, [400], { clicks: 1, clickedAt: daysAgo(399) });
  const [refused = 0n] = await send(sequence, [400]);
  await database.db.insert(sequenceConversions).values({
    ...{ conversionId: 1n, messageId: refused, status: "lead", isEarned: false, at: daysAgo(399) },
  });
  await send(
    sequence,
    Array.from({ length: 1_200 }, () => 181),
  );
  const young = await send(sequence, [180, 179, 0]);
  await forget();
  expect(await left(sequence)).toEqual([clicked, refused, ...young]);
  await forget();
  expect(await left(sequence)).toHaveLength(5);
  expect((await readSequence(context(), { sequenceId: sequence.id })).steps[0]?.clicked).toBe(1);
});

test("does not make a sequence one that never sent anything", async () => {
  const sequence = await make();
  await send(sequence, [300]);
  await database.db.update(sequenceSteps).set({ sent: 1 }).where(eq(sequenceSteps.sequenceId, sequence.id));
  await forget();
  expect(await left(sequence)).toEqual([]);
  expect(await readSequence(context(), { sequenceId: sequence.id })).toMatchObject({ isDeletable: false });
  await expect(deleteSequence(context(), { sequenceId: sequence.id })).rejects.toThrow("sequences.has_sent");
});
