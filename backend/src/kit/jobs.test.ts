import { afterAll, beforeAll, expect, test } from "bun:test";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { t } from "elysia";
import { defineJob, enqueueAll } from "./jobs.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test("jobs that are added together are each what they would be alone: keys, queues, times, order", async () => {
  const job = defineJob({
    name: "kit.count-sheep",
    payload: t.Object({ field: t.String(), word: t.String() }),
    key: ({ field }) => field,
    queue: ({ field }) => `field:${field}`,
    attempts: 3,
    priority: 7,
  });
  const runAt = new Date("2030-01-01T00:00:00Z");
  const words = ["one", 'two "quoted"', "три", "four"];
  const payloads = words.map((word, n) => ({ field: String(n % 3), word }));
  await database.db.transaction((tx) => enqueueAll(tx as never, job, payloads, { runAt }));
  const rows = await database.db.execute<Record<string, unknown>>(sql`
    select p.payload, j.key, j.queue_name, j.priority, j.max_attempts, j.run_at = ${runAt.toISOString()}::timestamptz as on_time
    from graphile_worker.jobs j join graphile_worker._private_jobs p using (id) where task_identifier = ${job.name} order by j.id`);
  const asJob = (payload: (typeof payloads)[number]) => ({
    payload,
    key: `kit.count-sheep:${payload.field}`,
    queue_name: `field:${payload.field}`,
    priority: 7,
    max_attempts: 3,
    on_time: true,
  });
  // The first and the last have one key: the later takes the place of the earlier.
  expect([...rows]).toEqual([payloads[3], payloads[1], payloads[2]].map((payload) => asJob(payload as never)));
});
