import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { t } from "elysia";
import { type ActionContext, systemActor } from "./context.ts";
import { defineJob, enqueue, enqueueAll, handle } from "./jobs.ts";
import { createLogger } from "./log.ts";
import { startWorker } from "./worker.ts";

setDefaultTimeout(60_000);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const callJob = defineJob({
  name: "test.call-somebody",
  payload: t.Object({ n: t.Number() }),
  queue: ({ n }) => `call:${n}`,
  attempts: 1,
  isOutside: true,
});
const workJob = defineJob({ name: "test.work", payload: t.Object({}), attempts: 1 });

test("whoever is called and does not answer holds up no other work, and others are called meanwhile up to a limit", async () => {
  const begun = new Set<number>();
  const answers = Promise.withResolvers<void>();
  const worked = Promise.withResolvers<void>();
  const everybody = Promise.withResolvers<void>();
  let most = 0;
  let atOnce = 0;
  const worker = await startWorker({
    databaseUrl: database.url,
    handlers: [
      handle(callJob, async (_ctx, { n }) => {
        begun.add(n);
        most = Math.max(most, ++atOnce);
        if (begun.size === 12) everybody.resolve();
        await answers.promise;
        atOnce--;
      }),
      handle(workJob, async () => worked.resolve()),
    ],
    concurrency: 2,
    outsideConcurrency: 5,
    log: createLogger("silent"),
    contextFor: (actor) => ({ actor, db: database.db }) as ActionContext,
    actorFor: () => systemActor(crypto.randomUUID()),
    onJobDone: () => {},
  });
  try {
    await enqueueAll(
      database.db,
      callJob,
      Array.from({ length: 12 }, (_, n) => ({ n })),
    );
    while (begun.size < 5) await Bun.sleep(20);
    await enqueue(database.db, workJob, {});
    await worked.promise;
    expect(begun.size).toBe(5);
    answers.resolve();
    await everybody.promise;
    expect(most).toBe(5);
  } finally {
    answers.resolve();
    await worker.stop(5_000);
  }
});
