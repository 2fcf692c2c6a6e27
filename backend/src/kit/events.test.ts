import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Db } from "@db/client.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { t } from "elysia";
import { also, defineEvent, publish, publishAll, setReactions, when } from "./events.ts";
import { defineJob } from "./jobs.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  setReactions([]);
  await database.drop();
});

const fell = defineEvent({ name: "tests.leaf-fell", payload: t.Object({ leaf: t.Number(), said: t.String() }) });
const rakeJob = defineJob({
  name: "tests.rake",
  payload: t.Object({ leaf: t.Number(), said: t.String() }),
  key: ({ leaf }) => String(leaf),
  attempts: 3,
});

test("many facts leave their jobs in one statement, each as it would alone, and none that concerns nobody", async () => {
  const written: number[] = [];
  setReactions([
    when(fell, rakeJob, (fact) => (fact.leaf === 2 ? null : fact)),
    also(fell, async (_, those) => void written.push(...those.map(({ leaf }) => leaf))),
  ]);
  let statements = 0;
  const counting = {
    execute: (query: never) => {
      statements++;
      return database.db.execute(query);
    },
  } as unknown as Db;
  const facts = Array.from({ length: 50 }, (_, leaf) => ({ leaf, said: 'it is "red"\n\u0000 & 50 %' }));
  await publishAll(counting, fell, facts);
  expect(statements).toBe(1);
  expect(written).toEqual(facts.map(({ leaf }) => leaf));
  await publish(database.db, fell, { leaf: 50, said: "" });
  await publishAll(database.db, fell, []);
  const jobs = await database.sql<{ key: string; payload: unknown; most: number }[]>`
    select key, payload, max_attempts::int as most from graphile_worker._private_jobs where key like 'tests.rake:%' order by id`;
  const expected = [...facts, { leaf: 50, said: "" }].filter(({ leaf }) => leaf !== 2);
  expect(jobs.map(({ key, payload, most }) => ({ key, payload, most }))).toEqual(
    expected.map((payload) => ({ key: `tests.rake:${payload.leaf}`, payload, most: 3 })),
  );
});
