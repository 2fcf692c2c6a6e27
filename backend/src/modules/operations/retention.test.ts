import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { dropOldPartitions, ensurePartitions, partitionName } from "@db/partitions.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { retain } from "./actions/retain.ts";
import { createTestTeam, type TestTeam } from "./testing.ts";

let database: TestDatabase;
let team: TestTeam;
let chatId: string;
const now = new Date();
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

beforeAll(async () => {
  database = await createTestDatabase();
  team = await createTestTeam(database.db);
  chatId = (await team.join("admin")).chatId;
  team.ports.partitions = {
    ensure: (at) => ensurePartitions(database.sql, at),
    dropOld: (at, days) => dropOldPartitions(database.sql, at, days),
  };
  team.ports.keep = { inboxDays: 90, deliveriesDays: 180, inboundKeysDays: 30 };
});
afterAll(() => database.drop());

const partitions = async () =>
  (
    await database.db.execute<{ name: string }>(sql`
      select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'inbound_events'::regclass order by 1`)
  ).map(({ name }) => name);
const run = () => retain(team.context(now), {});

describe("retention", () => {
  test("makes partitions ahead and drops those whose last day is older than asked for", async () => {
    const old = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 6, 1));
    await ensurePartitions(database.sql, old, 0);
    expect(await partitions()).toContain(partitionName(old));
    await run();
    const left = await partitions();
    expect(left).not.toContain(partitionName(old));
    const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 3, 1));
    expect(left).toContain(partitionName(next));
    expect(left).toContain(partitionName(new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1))));
    await run();
    expect(await partitions()).toEqual(left);
  });

  test("deletes finished deliveries of its age and nothing that anybody still waits for", async () => {
    const insert = (state: string, created: number, done: number | null) => sql`
      insert into deliveries (workspace_id, bot_id, chat_id, rank, content, state, created_at, done_at)
      values (${team.workspaceId}, ${team.botId}, ${chatId}, 1, '{}', ${state},
        ${daysAgo(created)}::timestamptz, ${done === null ? null : daysAgo(done)}::timestamptz)`;
    for (let n = 0; n < 5; n++) await database.db.execute(insert("sent", 200, 200));
    await database.db.execute(insert("failed", 200, 190));
    await database.db.execute(insert("unknown", 200, 200));
    await database.db.execute(insert("queued", 200, null));
    await database.db.execute(insert("sent", 200, 10));
    await database.db.execute(insert("cancelled", 181, 181));
    await database.db.execute(insert("sent", 5, 5));
    await run();
    const left = await database.db.execute<{ state: string }>(sql`select state from deliveries order by id`);
    expect(left.map(({ state }) => state)).toEqual(["unknown", "queued", "sent", "sent"]);
  });

  test("walks past any number of slices", async () => {
    await database.db.execute(sql`
      insert into deliveries (workspace_id, bot_id, chat_id, rank, content, state, created_at, done_at)
      select ${team.workspaceId}, ${team.botId}, ${chatId}, 1, '{}', case when n % 1000 < 3 then 'queued' else 'sent' end,
        ${daysAgo(300)}::timestamptz, case when n % 1000 < 3 then null else ${daysAgo(300)}::timestamptz end
      from generate_series(1, 3500) n`);
    await run();
    const [left] = await database.db.execute<{ count: number }>(
      sql`select count(*)::int as count from deliveries where created_at < ${daysAgo(290)}::timestamptz`,
    );
    expect(left?.count).toBe(11);
  });

  test("forgets old keys of calls, and keeps those that may still be repeated", async () => {
    await database.db.execute(sql`
      insert into inbound_keys (source, source_id, external_id, received_at)
      select 'telegram', ${team.botId}, n::text, case when n <= 2500 then ${daysAgo(31)}::timestamptz else ${daysAgo(29)}::timestamptz end
      from generate_series(1, 2510) n`);
    await run();
    const [left] = await database.db.execute<{ count: number }>(sql`select count(*)::int as count from inbound_keys`);
    expect(left?.count).toBe(10);
  });

  test("gives up jobs that used up their tries a month ago, and no others", async () => {
    await database.db.execute(sql`delete from graphile_worker._private_jobs`);
    for (const [name, attempts, days] of [
      ["dead", 3, 31],
      ["dead lately", 3, 29],
      ["waits for long", 2, 31],
    ] as const) {
      await database.db.execute(sql`select graphile_worker.add_job(${name}, '{}'::json, max_attempts => 3)`);
      await database.db.execute(sql`
        update graphile_worker._private_jobs set attempts = ${attempts}, updated_at = ${daysAgo(days)}::timestamptz
        where id = (select max(id) from graphile_worker._private_jobs)`);
    }
    await run();
    const left = await database.db.execute<{ name: string }>(
      sql`select task_identifier as name from graphile_worker.jobs order by id`,
    );
    expect(left.map(({ name }) => name)).toEqual(["dead lately", "waits for long"]);
  });

  test("forgets answers to repeatable calls after a day", async () => {
    for (const [key, days] of [
      ["old", 1.1],
      ["fresh", 0.9],
    ] as const)
      await database.db.execute(sql`
        insert into idempotency_keys (workspace_id, caller_id, key, request_hash, created_at)
        values (${team.workspaceId}, gen_random_uuid(), ${key}, '', ${daysAgo(days)}::timestamptz)`);
    await run();
    const left = await database.db.execute<{ key: string }>(sql`select key from idempotency_keys`);
    expect(left.map(({ key }) => key)).toEqual(["fresh"]);
  });

  test("leaves the audit log alone unless asked, and then deletes only what is old", async () => {
    const insert = (days: number) => sql`
      insert into audit_entries (workspace_id, actor_kind, action, subject_kind, subject_id, at)
      values (${team.workspaceId}, 'system', 'x.done', 'x', ${String(days)}, ${daysAgo(days)}::timestamptz)`;
    for (const days of [800, 700, 10]) await database.db.execute(insert(days));
    await run();
    const left = async () =>
      (await database.db.execute<{ id: string }>(sql`select subject_id as id from audit_entries order by id`)).length;
    expect(await left()).toBe(3);
    team.ports.keep.auditDays = 730;
    await run();
    expect(await left()).toBe(2);
    await expect((async () => database.db.execute(sql`delete from audit_entries`))()).rejects.toThrow();
  });

  test("never waits long for a lock: a reader of the inbox keeps a partition for another night, and intake goes on", async () => {
    const old = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 7, 1));
    await ensurePartitions(database.sql, old, 0);
    const reader = await database.sql.reserve();
    await reader`begin`;
    await reader`select count(*) from inbound_events`;
    const working = run().catch(() => {});
    await Bun.sleep(300);
    // Neither would come to its end before the reader does, which is below.
    await team.receive({ query: "a=1" });
    await working;
    expect(await partitions()).toContain(partitionName(old));
    await reader`rollback`;
    reader.release();
    await run();
    expect(await partitions()).not.toContain(partitionName(old));
  }, 40_000);
});
