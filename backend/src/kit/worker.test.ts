import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { t } from "elysia";
import { type ActionContext, systemActor } from "./context.ts";
import { defineJob, enqueue, enqueueAll, handle } from "./jobs.ts";
import { createLogger } from "./log.ts";
import { placesOfOne } from "./places.ts";
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

const thrice = { payload: t.Object({}), attempts: 3 };
const cutOffJob = defineJob({ name: "test.cut-off", ...thrice });
const brokenJob = defineJob({ name: "test.broken", ...thrice });
const slowJob = defineJob({ name: "test.slow", ...thrice });
// Once in many years, so that only the test begins it.
const yearlyJob = defineJob({ name: "test.yearly", ...thrice, every: "0 0 29 2 *" });

test("an outage uses up no tries, however often it is met; faults of the work do, and so does what is asked taking too long", async () => {
  const failing = (code: string) => Object.assign(new Error("no"), { code });
  const tries: Record<string, number> = {};
  const doing =
    (name: string, error: Error, lasts = Number.POSITIVE_INFINITY) =>
    async () => {
      tries[name] = (tries[name] ?? 0) + 1;
      if (tries[name] <= lasts) throw error;
    };
  const worker = await startWorker({
    databaseUrl: database.url,
    handlers: [
      handle(cutOffJob, doing("cut off", failing("53300"), 8)),
      handle(brokenJob, doing("broken", new Error("ours"))),
      handle(slowJob, doing("slow", failing("57014"))),
      handle(yearlyJob, doing("yearly", failing("53300"))),
    ],
    concurrency: 2,
    outsideConcurrency: 1,
    log: createLogger("silent"),
    contextFor: (actor) => ({ actor, db: database.db }) as ActionContext,
    actorFor: () => systemActor(crypto.randomUUID()),
    onJobDone: () => {},
  });
  const left = async () =>
    (
      await database.db.execute<{ name: string; isDead: boolean }>(sql`
        select task_identifier as name, attempts >= max_attempts and locked_at is null as "isDead" from graphile_worker.jobs
        where task_identifier in ('test.cut-off', 'test.broken', 'test.slow', 'test.yearly') order by 1`)
    ).map(({ name, isDead }) => [name, isDead]);
  const dead = [
    ["test.broken", true],
    ["test.slow", true],
    ["test.yearly", true],
  ];
  try {
    for (const job of [cutOffJob, brokenJob, slowJob, yearlyJob]) await enqueue(database.db, job, {});
    // The pauses between tries are cut short; what is not there any more was done.
    while (JSON.stringify(await left()) !== JSON.stringify(dead)) {
      await database.db.execute(sql`
        update graphile_worker._private_jobs set run_at = now() where attempts < max_attempts and locked_at is null`);
      await Bun.sleep(50);
    }
    expect(tries).toEqual({ "cut off": 9, broken: 3, slow: 3, yearly: 3 });
  } finally {
    await worker.stop(5_000);
  }
});

const overtakenJob = defineJob({ name: "test.overtaken", ...thrice, key: () => "one" });

test("what was asked for again while an outage kept it from its end is left to the later job", async () => {
  let tries = 0;
  const worker = await startWorker({
    databaseUrl: database.url,
    handlers: [
      handle(overtakenJob, async () => {
        if (++tries > 1) return;
        await enqueue(database.db, overtakenJob, {});
        throw Object.assign(new Error("no"), { code: "53300" });
      }),
    ],
    concurrency: 1,
    outsideConcurrency: 1,
    log: createLogger("silent"),
    contextFor: (actor) => ({ actor, db: database.db }) as ActionContext,
    actorFor: () => systemActor(crypto.randomUUID()),
    onJobDone: () => {},
  });
  const isLeft = async () =>
    (
      await database.db.execute(sql`
        update graphile_worker._private_jobs j set run_at = case when locked_at is null then now() else run_at end
        from graphile_worker._private_tasks t where t.id = j.task_id and t.identifier = 'test.overtaken'
          and (locked_at is not null or attempts < max_attempts) returning 1`)
    ).length > 0;
  try {
    await enqueue(database.db, overtakenJob, {});
    while (await isLeft()) await Bun.sleep(50);
    expect(tries).toBe(2);
  } finally {
    await worker.stop(5_000);
  }
});

const Call = t.Object({ who: t.String(), n: t.Number() });
const ofServer = { payload: Call, attempts: 1, isOutside: true as const, server: ({ who }: { who: string }) => who };
const askJob = defineJob({ name: "test.ask", ...ofServer, key: ({ who, n }) => `${who}:${n}` });
const tellJob = defineJob({ name: "test.tell", ...ofServer });

test("a server that does not answer takes its share of the places, in all kinds of jobs together, and others are called", async () => {
  const answers = Promise.withResolvers<void>();
  const begun: Record<string, number> = { hangs: 0, quick: 0 };
  const call = async (who: string) => {
    begun[who] = (begun[who] ?? 0) + 1;
    if (who === "hangs") await answers.promise;
  };
  const worker = await startWorker({
    databaseUrl: database.url,
    handlers: [handle(askJob, (_ctx, { who }) => call(who)), handle(tellJob, (_ctx, { who }) => call(who))],
    concurrency: 1,
    outsideConcurrency: placesOfOne + 2,
    log: createLogger("silent"),
    contextFor: (actor) => ({ actor, db: database.db }) as ActionContext,
    actorFor: () => systemActor(crypto.randomUUID()),
    onJobDone: () => {},
  });
  const calls = (who: string) => Array.from({ length: 30 }, (_, n) => ({ who, n }));
  try {
    await enqueueAll(database.db, askJob, calls("hangs"));
    await enqueueAll(database.db, tellJob, calls("hangs"));
    while ((begun.hangs ?? 0) < placesOfOne) await Bun.sleep(20);
    await enqueueAll(database.db, askJob, calls("quick"));
    await enqueueAll(database.db, tellJob, calls("quick"));
    while ((begun.quick ?? 0) < 60) await Bun.sleep(20);
    expect(begun).toEqual({ hangs: placesOfOne, quick: 60 });
    answers.resolve();
    while ((begun.hangs ?? 0) < 60) await Bun.sleep(20);
    expect(begun.hangs).toBe(60);
  } finally {
    answers.resolve();
    await worker.stop(5_000);
  }
});
