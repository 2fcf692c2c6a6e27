/** How PostgreSQL goes about conditions over many people: what a statement reads, told by its own plan. Nothing is timed. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { makeWorkspace, type TestWorkspace } from "@backend/modules/identity/testing.ts";
import { plannedForValues } from "@db/client.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import type { Condition, MomentTest } from "./domain/segment.ts";
import { conditionSql } from "./segment-sql.ts";

const now = new Date("2026-05-20T12:00:00Z");
const rows = 20_000;

let database: TestDatabase;
let mine: TestWorkspace;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  mine = await makeWorkspace(db);
  // Not asked here, and what takes longest to write.
  await db.execute(sql`drop index subscribers_search`);
  // Seen evenly over ninety days, in no order that the table has.
  await db.execute(sql`
    with made as (
      insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
      select ${mine.workspaceId}, ${mine.botId}, 5000000000 + i, 'private', 'Person ' || i from generate_series(1, ${rows}::int) i
      returning id, telegram_chat_id
    )
    insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, origin, last_seen_at)
    select ${mine.workspaceId}, ${mine.botId}, id, telegram_chat_id, 'start',
      ${now.toISOString()}::timestamptz - (hashint8(telegram_chat_id) & 65535) / 65536.0 * interval '90 days' from made`);
  await db.execute(sql`analyze subscribers`);
});
afterAll(() => database.drop());

interface PlanNode {
  "Node Type": string;
  "Index Name"?: string;
  "Actual Rows": number;
  Plans?: PlanNode[];
}

/** The nodes of the plan by which those whom a condition means are counted, outermost first. */
async function planOf(condition: Condition): Promise<PlanNode[]> {
  const [row] = await database.db.execute<{ "QUERY PLAN": [{ Plan: PlanNode }] }>(sql`${sql.raw(plannedForValues)}
    explain (analyze, format json) select count(*) filter (where s.state = 'active') from subscribers s
    where s.workspace_id = ${mine.workspaceId} and (${conditionSql(condition, { now, timeZone: "Europe/Kyiv" })})`);
  const flat = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)];
  return flat((row as { "QUERY PLAN": [{ Plan: PlanNode }] })["QUERY PLAN"][0].Plan);
}
const seen = (test: MomentTest): Condition => ({ kind: "moment", fact: "seen", ...test });
const walked = (plan: readonly PlanNode[]) =>
  plan.map((node) => node["Node Type"]).filter((type) => /^Index/.test(type));

describe("people by when they were seen", () => {
  test("are never gone to one by one along the index, however many they are", async () => {
    const conditions: Condition[] = [
      ...[1, 5, 10, 30, 60, 89].flatMap((days) => [
        seen({ test: "within", days }),
        seen({ test: "older", days }),
        {
          kind: "all" as const,
          of: [{ kind: "language" as const, test: "is" as const, values: ["uk"] }, seen({ test: "within", days })],
        },
      ]),
      seen({ test: "since", day: "2026-04-20" }),
      seen({ test: "before", day: "2026-04-20" }),
    ];
    for (const condition of conditions) expect([condition, walked(await planOf(condition))]).toEqual([condition, []]);
  });

  test("are found by the index when they are few", async () => {
    const plan = await planOf(seen({ test: "within", days: 1 }));
    expect(plan.map((node) => node["Index Name"])).toContain("subscribers_by_last_seen");
    const heap = plan.find((node) => node["Node Type"] === "Bitmap Heap Scan");
    expect(heap?.["Actual Rows"]).toBeGreaterThan(0);
    expect(heap?.["Actual Rows"]).toBeLessThan(rows / 45);
  });
});
