import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
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

test("a worker that could not be started anew while the database was half there is, once that is over", async () => {
  const words: string[] = [];
  const said = async (message: string) => {
    while (!words.some((line) => line.includes(message))) await Bun.sleep(20);
  };
  const worked = Promise.withResolvers<void>();
  const worker = await startWorker({
    databaseUrl: database.url,
    handlers: [handle(workJob, async () => worked.resolve())],
    concurrency: 1,
    outsideConcurrency: 1,
    log: createLogger("warn", { write: (line) => void words.push(line) }),
    contextFor: (actor) => ({ actor, db: database.db }) as ActionContext,
    actorFor: () => systemActor(crypto.randomUUID()),
    onJobDone: () => {},
  });
  const cutGuard = () =>
    database.db.execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'switchboard-worker-guard' and datname = current_database()`);
  const isGuarded = async () => {
    const [row] = await database.db.execute<{ count: number }>(sql`
      select count(*)::int as count from pg_locks l join pg_stat_activity a using (pid)
      where a.application_name = 'switchboard-worker-guard' and a.datname = current_database() and l.locktype = 'advisory'`);
    return (row?.count ?? 0) > 0;
  };
  try {
    while (!(await isGuarded())) await Bun.sleep(20);
    // A runner looks at it before it starts and refuses; one that runs does not.
    await database.db.execute(sql`insert into graphile_worker.migrations (id, breaking) values (1000000, true)`);
    await cutGuard();
    await said("could not be started anew");
    await database.db.execute(sql`delete from graphile_worker.migrations where id = 1000000`);
    await said("the worker has started anew");
    await enqueue(database.db, workJob, {});
    await worked.promise;
  } finally {
    await worker.stop(5_000);
  }
});
