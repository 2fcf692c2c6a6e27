import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { makePerson, makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { broadcastConversions, broadcasts } from "@db/schema/broadcasts.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { exportPlan, listPlanResults, readPlanResults } from "./actions/plan-results.ts";
import { makeSentBroadcast } from "./result-testing.ts";
import { asPerson, makeBroadcast } from "./testing.ts";

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

const first = new Date("2026-11-02T07:00:00Z");
const day = (n: number) => new Date(first.getTime() + n * 86_400_000);
const context = (at = space) => asPerson(database.db, at, personId, day(100));
const makePlan = () =>
  makeBroadcast(database.db, space, {
    ...{ kind: "recurring", state: "scheduled", runAt: day(100) },
    schedule: { kind: "cron", cron: "0 9 * * *", timeZone: "Europe/Kyiv" },
  });
const figures = { total: 10, sent: 8, failed: 2, blocked: 1, clicked: 4, replied: 1, converted: 2, optedOut: 1 };
let nextConversion = 1n;

/** A run with the counters of its row, and conversions of one recipient. */
async function makeRun(
  parentId: string,
  n: number,
  some: Partial<typeof broadcasts.$inferInsert> = {},
  earned: readonly (readonly [amount: string | null, currency: string | null, isEarned?: boolean])[] = [],
): Promise<string> {
  const { db } = database;
  const { broadcastId, recipients } = await makeSentBroadcast(db, space, { people: [{}] });
  const values = { kind: "run" as const, parentId, runAt: day(n), ...figures, ...some };
  await db.update(broadcasts).set(values).where(eq(broadcasts.id, broadcastId));
  for (const [amount, currency, isEarned = true] of earned)
    await db.insert(broadcastConversions).values({
      ...{ conversionId: nextConversion++, recipientId: recipients[0]?.id ?? 0n, broadcastId, status: "sale" },
      ...{ isEarned, amount, currency, at: day(n) },
    });
  return broadcastId;
}
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "fine",
    (error: unknown) => (error instanceof AppError ? error.code : String(error)),
  );

test("the sums of a plan are those of its runs, of none else, and money is exact and never added across currencies", async () => {
  const broadcastId = await makePlan();
  const other = await makePlan();
  await makeRun(broadcastId, 0, {}, [
    ["0.1", "USD"],
    ["10", "EUR"],
    ["99", "USD", false],
    [null, "USD"],
  ]);
  await makeRun(broadcastId, 1, {}, [["0.2", "USD"]]);
  await makeRun(broadcastId, 2, { ...figures, sent: 0, clicked: 0, failed: 10, converted: 0 });
  await makeRun(other, 0, {}, [["500", "USD"]]);
  await makeSentBroadcast(database.db, space);
  const results = await readPlanResults(context(), { broadcastId });
  expect(results).toEqual({
    runs: 3,
    counts: { sent: 16, failed: 14, blocked: 3, clicked: 8, replied: 3, converted: 4, optedOut: 3 },
    rates: { clicked: 0.5, replied: 3 / 16, converted: 0.25, optedOut: 3 / 16, blocked: 0.1 },
    money: [
      { currency: "USD", amount: "0.3", perThousand: "18.75" },
      { currency: "EUR", amount: "10", perThousand: "625" },
    ],
  });
});

test("a plan without a run has sums of nothing", async () => {
  const broadcastId = await makePlan();
  const { runs, counts, rates, money } = await readPlanResults(context(), { broadcastId });
  expect([runs, counts.sent, rates.clicked, money]).toEqual([0, 0, null, []]);
  expect(await listPlanResults(context(), { broadcastId })).toEqual({ items: [], nextCursor: null });
});

test("its runs come page by page, the newest first, each with what it brought, none twice and none left out", async () => {
  const broadcastId = await makePlan();
  for (const n of [2, 0, 4, 1, 3]) await makeRun(broadcastId, n, { sent: n }, n === 4 ? [["7.50", "USD"]] : []);
  const read: [string, number][] = [];
  let cursor: string | null = "";
  let pages = 0;
  while (cursor !== null) {
    const page: Awaited<ReturnType<typeof listPlanResults>> = await listPlanResults(context(), {
      ...{ broadcastId, cursor, limit: 2 },
    });
    read.push(...page.items.map(({ runAt, counts }): [string, number] => [runAt, counts.sent]));
    cursor = page.nextCursor;
    pages++;
  }
  expect([pages, read]).toEqual([3, [4, 3, 2, 1, 0].map((n) => [day(n).toISOString(), n])]);
  const { items } = await listPlanResults(context(), { broadcastId, limit: 1 });
  expect(items[0]?.money).toEqual([{ currency: "USD", amount: "7.5", perThousand: "1875" }]);
  expect(await codeOf(listPlanResults(context(), { broadcastId, cursor: "nonsense" }))).toBe("common.bad_cursor");
});

test("its file has a row for each run in the words of results, and its beginning is in the audit", async () => {
  const broadcastId = await makePlan();
  await makeRun(broadcastId, 0, {}, [
    ["1.5", "USD"],
    ["2", null],
  ]);
  await makeRun(broadcastId, 1);
  const response = await exportPlan(context(), { broadcastId, format: "csv" });
  const [head, ...rows] = (await response.text()).replace("\uFEFF", "").trim().split(/\r?\n/);
  expect(head).toBe("Run (UTC),Sent,Failed,Blocked the bot,Clicked,Replied,Bought,Unsubscribed,Revenue");
  expect(rows.map((row) => row.slice(row.indexOf(",")))).toEqual([",8,2,1,4,1,2,1,", ',8,2,1,4,1,2,1,"1.5 USD, 2"']);
  const audit = await database.db.select().from(auditEntries).where(eq(auditEntries.subjectId, broadcastId));
  expect(audit.map(({ action }) => action)).toEqual(["broadcast.exported"]);
});

test("what is no plan has none of it, and another workspace's is not found", async () => {
  const broadcastId = await makeBroadcast(database.db, space);
  const plan = await makePlan();
  const stranger = await makeWorkspace(database.db);
  for (const read of [readPlanResults, listPlanResults])
    expect([
      await codeOf(read(context(), { broadcastId })),
      await codeOf(read(context(stranger), { broadcastId: plan })),
    ]).toEqual(["sequences.not_a_plan", "broadcasts.broadcast_not_found"]);
  expect(await codeOf(exportPlan(context(stranger), { broadcastId: plan, format: "csv" }))).toBe(
    "broadcasts.broadcast_not_found",
  );
});

test("the sums of a thousand runs are found by an index, whatever else was sent", async () => {
  const { db } = database;
  const broadcastId = await makePlan();
  const values = sql`${space.workspaceId}::uuid, 'Run', 'sent', '[]'::jsonb, 10, 8, 4`;
  await db.execute(sql`
    insert into broadcasts (workspace_id, name, state, variants, total, sent, clicked, kind, parent_id, run_at)
    select ${values}, 'run', ${broadcastId}::uuid, ${first.toISOString()}::timestamptz + n * interval '1 day'
    from generate_series(1, 1000) n`);
  await db.execute(sql`
    insert into broadcasts (workspace_id, name, state, variants, total, sent, clicked)
    select ${values} from generate_series(1, 20000)`);
  await db.execute(sql`analyze broadcasts`);
  const ofPlan = sql`from broadcasts where parent_id = ${broadcastId} and kind = 'run'`;
  for (const ask of [
    sql`select sum(sent) ${ofPlan}`,
    sql`select id ${ofPlan} order by run_at desc, id desc limit 51`,
  ]) {
    const lines = await db.execute<{ "QUERY PLAN": string }>(sql`explain ${ask}`);
    expect(lines.map((line) => line["QUERY PLAN"]).join("\n")).not.toContain("Seq Scan");
  }
  const { runs, counts } = await readPlanResults(context(), { broadcastId });
  expect([runs, counts.sent, counts.clicked]).toEqual([1000, 8000, 4000]);
});
