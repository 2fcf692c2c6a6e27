/** Processes that die between what they have written and its commit: nothing is lost, and nothing is done twice. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { fireDue } from "@backend/modules/broadcasts/actions/fire-due.ts";
import { takeDueRuns } from "@backend/modules/broadcasts/actions/take-due-runs.ts";
import { asJob, letterOf, makeBroadcast, makeSubscriber, queuedIn } from "@backend/modules/broadcasts/testing.ts";
import { makeWorkspace } from "@backend/modules/identity/testing.ts";
import { broadcasts, sequenceRuns, sequenceSteps, sequences } from "@db/schema/broadcasts.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq } from "drizzle-orm";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const now = new Date("2026-11-26T07:00:00Z");

/** Answers whether the process was killed where it was armed. */
async function dieAt(killPoint: string): Promise<boolean> {
  const child = Bun.spawn(
    [
      process.execPath,
      new URL("timing-process.ts", import.meta.url).pathname,
      database.url,
      now.toISOString(),
      killPoint,
    ],
    { stdout: "ignore", stderr: "inherit" },
  );
  await child.exited;
  return child.signalCode === "SIGKILL";
}

test("a plan whose process dies between its run and the run's start has one run in the end", async () => {
  const at = await makeWorkspace(database.db);
  const schedule = { kind: "cron", cron: "0 9 * * *", timeZone: "Europe/Kyiv" };
  const id = await makeBroadcast(database.db, at, { kind: "recurring", state: "scheduled", runAt: now, schedule });
  expect(await dieAt("broadcasts.run-made")).toBe(true);
  await fireDue(asJob(database.db, now), {});
  await fireDue(asJob(database.db, now), {});
  const runs = await database.db.select().from(broadcasts).where(eq(broadcasts.parentId, id));
  expect(runs.map(({ kind, runAt }) => [kind, runAt])).toEqual([["run", now]]);
});

test("a step whose process dies after it was queued goes out once", async () => {
  const at = await makeWorkspace(database.db);
  const { workspaceId } = at;
  const [sequence] = await database.db
    .insert(sequences)
    .values({ workspaceId, name: "Welcome", state: "active", trigger: { kind: "by_hand" } })
    .returning();
  const sequenceId = sequence?.id ?? "";
  await database.db.insert(sequenceSteps).values({ sequenceId, position: 0, letter: letterOf("one") });
  const { id: subscriberId } = await makeSubscriber(database.db, at);
  await database.db.insert(sequenceRuns).values({ sequenceId, workspaceId, subscriberId, nextAt: now });
  expect(await dieAt("sequences.queued")).toBe(true);
  expect(await queuedIn(database.db, workspaceId)).toEqual([]);
  await Promise.all([takeDueRuns(asJob(database.db, now), {}), takeDueRuns(asJob(database.db, now), {})]);
  expect((await queuedIn(database.db, workspaceId)).map(({ html }) => html)).toEqual(["one"]);
  const [run] = await database.db.select().from(sequenceRuns).where(eq(sequenceRuns.sequenceId, sequenceId));
  expect(run?.state).toBe("finished");
});
