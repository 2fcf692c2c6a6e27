import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { triesAtMost } from "@backend/kit/set-aside.ts";
import type { Db } from "@db/client.ts";
import { conversionBatches, conversions } from "@db/schema/conversions.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import { and, asc, eq, sql } from "drizzle-orm";
import { exportConversions } from "./actions/export-conversions.ts";
import { listConversions } from "./actions/list-conversions.ts";
import { changeRetention, forgetConversions, previewRetention, readRetention } from "./actions/retention.ts";
import { runBatch, runBatchOrFail } from "./actions/run-batch.ts";
import { countConversions, readBatch, readLatestBatch, startBatch, stopBatch } from "./actions/start-batch.ts";
import type { ExportQuery, StartBatch } from "./batch-contracts.ts";
import type { ConversionsPorts } from "./ports.ts";
import { createTestWorkspace, type TestWorkspace } from "./testing.ts";

let database: TestDatabase;
let space: TestWorkspace;
let connectionId: string;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
});
afterAll(() => database.drop());
beforeEach(async () => {
  space = await createTestWorkspace(db, telegramMarkup);
  connectionId = await space.connect();
});

const queryOf = (facts: Record<string, string>) => String(new URLSearchParams(facts));
let counter = 0;
/** Postbacks that arrive and are read. */
async function arrive(count: number, facts: Record<string, string> = {}): Promise<void> {
  const calls = Array.from({ length: count }, () => queryOf({ subid: `s${++counter}`, status: "sale", ...facts }));
  await space.receive(connectionId, ...calls);
  await space.readInbox();
}
const own = () =>
  db.select().from(conversions).where(eq(conversions.workspaceId, space.workspaceId)).orderBy(asc(conversions.id));
const deliveryCount = async () =>
  (
    await db.execute<{ n: number }>(
      sql`select count(*)::int as n from deliveries where workspace_id = ${space.workspaceId}`,
    )
  )[0]?.n;
const auditOf = async (action: string) => [
  ...(await db.execute<{ after: Record<string, unknown> }>(
    sql`select after from audit_entries where workspace_id = ${space.workspaceId} and action = ${action} order by id`,
  )),
];

describe("an export", () => {
  const lines = async (query: Partial<ExportQuery> = {}, ctx: ActionContext = space.context()) => {
    const answer = await exportConversions(ctx, { format: "csv", ...query });
    return (await answer.text()).replace("\ufeff", "").split("\r\n").slice(0, -1);
  };

  test("has a line for each conversion that the list shows, in its order, whatever the filter", async () => {
    await arrive(3, { campaign_name: "Spring AU", country: "AU" });
    await arrive(2, { campaign_name: "Winter", country: "UA", status: "lead" });
    const filters = [
      {},
      { status: "lead" },
      { country: "AU" },
      { search: "spring" },
      { search: "nobody" },
      { connectionId },
    ] as const;
    for (const filter of filters) {
      const shown = (await listConversions(space.context(), filter)).items.map(({ id }) => id);
      const ids = (await lines(filter)).slice(1).map((line) => line.split(",")[0]);
      expect([filter, ids]).toEqual([filter, shown]);
    }
    const [first, , third] = await own();
    expect((await lines({ ids: `${first?.id},${third?.id}` })).slice(1).map((line) => line.split(",")[0])).toEqual([
      String(third?.id),
      String(first?.id),
    ]);
  });

  test("keeps a name that came by postback from becoming a formula, and an amount a number", async () => {
    await arrive(1, {
      campaign_name: '=HYPERLINK("http://evil.example";"x")',
      payout: "-12.50",
      currency: "USD",
      sub_id_1: "@SUM(1)",
      weird: "+1",
    });
    const [head = "", line = ""] = await lines();
    expect(head).toStartWith("ID,Received (");
    expect(line).toContain(`,"'=HYPERLINK(""http://evil.example"";""x"")",`);
    expect(line).toContain(",-12.50,USD,");
    expect(line).toContain(",'@SUM(1),");
    expect(line).toEndWith(',"{""weird"":""+1""}"');
  });

  test("shows times by the workspace's clock and words in the reader's language", async () => {
    await db.execute(sql`update workspaces set time_zone = 'Europe/Kyiv' where id = ${space.workspaceId}`);
    await arrive(1);
    await db.execute(
      sql`update conversions set received_at = '2026-07-01T21:30:00Z' where workspace_id = ${space.workspaceId}`,
    );
    const ctx = space.context();
    const [head, line] = await lines({}, { ...ctx, actor: { ...ctx.actor, locale: "uk" } });
    expect(head).toContain("Отримана (Europe/Kyiv)");
    expect(line).toContain(",2026-07-02 00:30:00,");
    expect(line).toContain(",Продаж,");
  });

  test("is XLSX when asked for, and leaves a trace that names no search", async () => {
    await arrive(2);
    const answer = await exportConversions(space.context(), { format: "xlsx", search: "Olena Petrenko" });
    expect(answer.headers.get("content-type")).toContain("spreadsheetml");
    expect(new Uint8Array(await answer.arrayBuffer()).subarray(0, 2)).toEqual(new Uint8Array([0x50, 0x4b]));
    expect((await auditOf("conversions.exported"))[0]?.after).toEqual({ format: "xlsx", search: "…" });
  });

  test("walks over slices, finds the rare match behind a thousand others, and shows nothing of other workspaces", async () => {
    await arrive(1, { country: "NZ" });
    const other = await createTestWorkspace(db, telegramMarkup);
    await other.receive(await other.connect(), queryOf({ subid: "theirs", status: "sale", country: "NZ" }));
    await other.readInbox();
    await db.execute(sql`
      insert into conversions (workspace_id, connection_id, identity_key, status, country, facts, received_at)
      select ${space.workspaceId}, ${connectionId}, 'filler-' || n, 'lead', 'AU', '{"subIds":{},"extra":{}}', now() from generate_series(1, 2345) n`);
    expect((await lines()).length).toBe(1 + 2346);
    const [, line = ""] = await lines({ country: "NZ" });
    expect(line).not.toContain("theirs");
    expect((await lines({ country: "NZ" })).length).toBe(2);
    expect((await lines({ from: new Date(Date.now() + 3 * 3_600_000).toISOString() })).length).toBe(1);
  });
});

describe("a batch", () => {
  const start = (input: StartBatch) => startBatch(space.context(), input);
  const run = (batchId: string, ctx = space.context()) => runBatch(ctx, { batchId, workspaceId: space.workspaceId });
  const events = async () => (await space.outcomes()).length;

  test("replays the stored calls of what was chosen, once each, through the intake", async () => {
    await arrive(5);
    const [first, second] = await own();
    const batch = await start({ kind: "replay", ids: [String(first?.id), String(second?.id)] });
    expect(batch).toMatchObject({ state: "running", total: 2, done: 0 });
    await run(batch.id);
    expect(await readBatch(space.context(), { batchId: batch.id })).toMatchObject({ state: "done", done: 2, made: 2 });
    expect(await events()).toBe(7);
    await space.readInbox();
    expect((await own()).length).toBe(5);
    expect((await space.outcomes()).slice(5).map(({ outcome }) => outcome?.arrival)).toEqual([
      "duplicate",
      "duplicate",
    ]);
  });

  test("that fails every time ends as failed after five tries, and another may begin", async () => {
    await arrive(2);
    const batch = await start({ kind: "replay", filter: {} });
    const mend = await poison(db, "conversion_batches", `new.id = '${batch.id}' and new.done_count > 0`);
    const tryOnce = () => runBatchOrFail(space.context(), { batchId: batch.id, workspaceId: space.workspaceId });
    for (let n = 1; n < triesAtMost; n++) await expect(tryOnce()).rejects.toThrow();
    await expect(start({ kind: "replay", filter: {} })).rejects.toThrow("conversions.batch_running");
    await tryOnce();
    expect((await readLatestBatch(space.context())).batch).toMatchObject({ id: batch.id, state: "failed", done: 0 });
    expect(await events()).toBe(2);
    await mend();
    const another = await start({ kind: "replay", filter: {} });
    await run(another.id);
    expect(await readBatch(space.context(), { batchId: another.id })).toMatchObject({ state: "done", made: 2 });
  });

  test("reads anew by a changed status map: that is what a replay is for", async () => {
    await arrive(1, { status: "my_word" });
    await db.execute(
      sql`update tracker_connections set status_map = '{"my_word":"deposit"}' where id = ${connectionId}`,
    );
    const batch = await start({ kind: "replay", filter: {} });
    await run(batch.id);
    await space.readInbox();
    expect((await own()).map(({ status }) => status)).toEqual(["other", "deposit"]);
  });

  test("killed between storing copies and recording it, stores none of them twice", async () => {
    await arrive(3);
    const batch = await start({ kind: "replay", filter: {} });
    const ctx = space.context();
    const dying: ActionContext<ConversionsPorts> = {
      ...ctx,
      ports: {
        ...ctx.ports,
        replayCalls: async (...of) => {
          await ctx.ports.replayCalls(...of);
          throw new Error("killed");
        },
      },
    };
    await expect(run(batch.id, dying)).rejects.toThrow("killed");
    expect(await events()).toBe(3);
    await run(batch.id);
    expect(await events()).toBe(6);
    expect(await readBatch(space.context(), { batchId: batch.id })).toMatchObject({ state: "done", done: 3, made: 3 });
  });

  test("tells whoever has not been told, once, and marks it as told again", async () => {
    await arrive(2);
    await db.execute(sql`update tracker_connections set chat_id = null where id = ${connectionId}`);
    await arrive(3);
    expect(await deliveryCount()).toBe(2);
    await db.execute(sql`update tracker_connections set chat_id = ${space.chatId} where id = ${connectionId}`);
    const batch = await start({ kind: "reroute", filter: {} });
    await Promise.all([run(batch.id), run(batch.id)]);
    expect(await readBatch(space.context(), { batchId: batch.id })).toMatchObject({ state: "done", done: 5, made: 3 });
    expect(await deliveryCount()).toBe(5);
    const [last] = await db.execute<{ html: string }>(
      sql`select content ->> 'html' as html from deliveries where workspace_id = ${space.workspaceId} order by id desc limit 1`,
    );
    expect(last?.html).toEndWith("Shown again: nothing new has happened.");
    const again = await start({ kind: "reroute", filter: {} });
    await run(again.id);
    expect(await readBatch(space.context(), { batchId: again.id })).toMatchObject({ made: 0 });
  });

  test("killed in the middle of a slice, has told nobody of it and tells everybody once afterwards", async () => {
    await db.execute(sql`update tracker_connections set chat_id = null where id = ${connectionId}`);
    await arrive(120);
    await db.execute(sql`update tracker_connections set chat_id = ${space.chatId} where id = ${connectionId}`);
    const batch = await start({ kind: "reroute", filter: {} });
    const ctx = space.context();
    let told = 0;
    const markup = {
      ...telegramMarkup,
      singleLine: (text: string) => (++told === 275 ? fail() : telegramMarkup.singleLine(text)),
    };
    await expect(run(batch.id, { ...ctx, ports: { ...ctx.ports, markup } })).rejects.toThrow("killed");
    expect(await deliveryCount()).toBe(50);
    expect(await readBatch(space.context(), { batchId: batch.id })).toMatchObject({
      state: "running",
      done: 50,
      made: 50,
    });
    await run(batch.id);
    expect(await deliveryCount()).toBe(120);
    expect(await readBatch(space.context(), { batchId: batch.id })).toMatchObject({
      state: "done",
      done: 120,
      made: 120,
    });
  });

  test("leaves what came after it began, and what the filter does not find", async () => {
    await arrive(2, { country: "AU" });
    await arrive(2, { country: "UA" });
    const batch = await start({ kind: "replay", filter: { country: "AU" } });
    await arrive(1, { country: "AU" });
    await run(batch.id);
    expect(await readBatch(space.context(), { batchId: batch.id })).toMatchObject({ total: 2, done: 2, made: 2 });
  });

  test("can be stopped, and nothing more happens then; the next may begin", async () => {
    await arrive(2, { campaign_name: "Spring" });
    const batch = await start({ kind: "replay", filter: { search: "spring" } });
    expect(await stopBatch(space.context(), { batchId: batch.id })).toMatchObject({ state: "stopped", done: 0 });
    await run(batch.id);
    expect(await events()).toBe(2);
    const [row] = await db.select().from(conversionBatches).where(eq(conversionBatches.id, batch.id));
    expect(row?.filter).toEqual({ hidden: [] });
    expect(await start({ kind: "reroute", filter: {} })).toMatchObject({ state: "running" });
    expect((await auditOf("conversions.batch_started")).map(({ after }) => after)).toMatchObject([
      { kind: "replay", total: 2, search: "…" },
      { kind: "reroute", total: 2 },
    ]);
  });

  test("is one at a time in a workspace, also between two at once", async () => {
    await arrive(2);
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => start({ kind: "reroute", filter: {} })));
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(1);
    const refused = outcomes.filter((outcome) => outcome.status === "rejected").map(({ reason }) => reason.code);
    expect(refused).toEqual(["conversions.batch_running", "conversions.batch_running"]);
    const { batch } = await readLatestBatch(space.context());
    expect(batch).toMatchObject({ state: "running" });
  });

  test("wants ids or a filter, and finds nothing of strangers", async () => {
    await arrive(1);
    const [mine] = await own();
    const other = await createTestWorkspace(db, telegramMarkup);
    await expect(async () => startBatch(other.context(), { kind: "replay" })).toThrow("conversions.choose_one");
    await expect(async () => startBatch(other.context(), { kind: "replay", ids: ["1"], filter: {} })).toThrow(
      "conversions.choose_one",
    );
    expect(await startBatch(other.context(), { kind: "replay", ids: [String(mine?.id)] })).toMatchObject({
      state: "done",
      total: 0,
    });
    const batch = await start({ kind: "replay", filter: {} });
    await expect(readBatch(other.context(), { batchId: batch.id })).rejects.toThrow("conversions.batch_not_found");
    await expect(stopBatch(other.context(), { batchId: batch.id })).rejects.toThrow("conversions.batch_not_found");
    expect(await countConversions(other.context(), {})).toEqual({ count: 0, isCapped: false });
    expect(await countConversions(space.context(), {})).toEqual({ count: 1, isCapped: false });
  });
});

describe("retention", () => {
  const now = new Date("2026-11-25T22:30:00Z");
  const insert = (at: string, happened: string | null = null) =>
    db.execute(sql`
      insert into conversions (workspace_id, connection_id, identity_key, status, facts, received_at, happened_at)
      values (${space.workspaceId}, ${connectionId}, ${`r${++counter}`}, 'sale', '{}', ${at}::timestamptz, ${happened}::timestamptz)`);
  const left = async () => (await own()).map(({ receivedAt }) => receivedAt.toISOString());

  test("keeps everything until somebody asks otherwise", async () => {
    await insert("2020-01-01T00:00:00Z");
    await forgetConversions(space.context(now), {});
    expect(await left()).toEqual(["2020-01-01T00:00:00.000Z"]);
    expect(await readRetention(space.context(now))).toEqual({ keepDays: null, oldestAt: "2020-01-01T00:00:00.000Z" });
  });

  test("deletes whole days of the workspace's clock, by the conversion's own moment, exactly as its preview said", async () => {
    await db.execute(sql`update workspaces set time_zone = 'Europe/Kyiv' where id = ${space.workspaceId}`);
    // 00:30 of the 26th in Kyiv: thirty days before is the 27th of October, which began at 22:00 UTC of the 26th.
    await insert("2026-10-26T21:59:59Z");
    await insert("2026-10-26T22:00:00Z");
    await insert("2026-11-20T00:00:00Z", "2026-09-01T00:00:00Z");
    const other = await createTestWorkspace(db, telegramMarkup);
    await db.execute(sql`
      insert into conversions (workspace_id, connection_id, identity_key, status, facts, received_at)
      values (${other.workspaceId}, ${await other.connect()}, 'theirs', 'sale', '{}', '2020-01-01T00:00:00Z')`);
    expect(await previewRetention(space.context(now), { keepDays: 30 })).toEqual({
      count: 2,
      isCapped: false,
      before: "2026-10-26T22:00:00.000Z",
    });
    await changeRetention(space.context(now), { keepDays: 30 });
    await forgetConversions(space.context(now), {});
    expect(await left()).toEqual(["2026-10-26T22:00:00.000Z"]);
    expect(await db.$count(conversions, and(eq(conversions.workspaceId, other.workspaceId)))).toBe(1);
    await forgetConversions(space.context(now), {});
    expect((await left()).length).toBe(1);
  });

  test("takes what was counted of those days, and alerts that still wait for them", async () => {
    await insert("2026-01-01T12:00:00Z");
    await insert("2026-11-20T12:00:00Z");
    const [old, fresh] = await own();
    for (const conversion of [old, fresh])
      await db.execute(sql`
        insert into held_alerts (workspace_id, conversion_id, connection_id, chat_id, reason, due_at, item, locale, is_silent, dedupe_key)
        values (${space.workspaceId}, ${conversion?.id ?? 0n}, ${connectionId}, ${space.chatId}, 'digest', now(), '{}', 'en', false, ${String(conversion?.id)})`);
    for (const day of ["2026-01-01", "2026-11-20"]) {
      await db.execute(sql`
        insert into conversion_days (workspace_id, day, dimension, value, connection_id, status, currency, count, amount, taken_back)
        values (${space.workspaceId}, ${day}::date, 'hour', '12', ${connectionId}, 'sale', '', 1, 0, 0)`);
      await db.execute(sql`
        insert into conversion_day_rolls (workspace_id, day, rolled_until, time_zone) values (${space.workspaceId}, ${day}::date, now(), 'UTC')`);
    }
    await changeRetention(space.context(now), { keepDays: 90 });
    await forgetConversions(space.context(now), {});
    for (const table of ["held_alerts", "conversion_days", "conversion_day_rolls", "conversions"]) {
      const [row] = await db.execute<{ n: number }>(
        sql`select count(*)::int as n from ${sql.identifier(table)} where workspace_id = ${space.workspaceId}`,
      );
      expect([table, row?.n]).toEqual([table, 1]);
    }
  });

  test("walks past any number of slices", async () => {
    await db.execute(sql`
      insert into conversions (workspace_id, connection_id, identity_key, status, facts, received_at)
      select ${space.workspaceId}, ${connectionId}, 'old-' || n, 'lead', '{}', '2026-01-01T00:00:00Z' from generate_series(1, 2500) n`);
    await insert("2026-11-20T00:00:00Z");
    await changeRetention(space.context(now), { keepDays: 30 });
    await forgetConversions(space.context(now), {});
    expect((await left()).length).toBe(1);
  });

  test("is never less than a month, leaves an audit row, and leaves other settings alone", async () => {
    await db.execute(
      sql`update workspaces set settings = '{"operations":{"a":1},"conversions":{"other":2}}' where id = ${space.workspaceId}`,
    );
    await expect(async () => changeRetention(space.context(now), { keepDays: 29 })).toThrow(
      "conversions.keep_days_invalid",
    );
    await changeRetention(space.context(now), { keepDays: 90 });
    await changeRetention(space.context(now), { keepDays: 90 });
    await changeRetention(space.context(now), { keepDays: null });
    expect((await auditOf("conversions.retention_changed")).map(({ after }) => after)).toEqual([
      { keepDays: 90 },
      { keepDays: null },
    ]);
    const [row] = await db.execute<{ settings: unknown }>(
      sql`select settings from workspaces where id = ${space.workspaceId}`,
    );
    expect(row?.settings).toEqual({ operations: { a: 1 }, conversions: { other: 2, keepDays: null } });
  });
});

function fail(): never {
  throw new Error("killed");
}

test("of a connection that is nobody's and not shared with him, a member gets no file, no count and no batch", async () => {
  await arrive(2);
  await db.execute(
    sql`update tracker_connections set created_by = null, shared_with = '{finance}' where id = ${connectionId}`,
  );
  const ctx = space.context();
  const actor = {
    ...ctx.actor,
    member: { memberId: "m", role: "manager" },
    permissions: new Set(["conversions.read", "conversions.manage"]),
  } as typeof ctx.actor;
  const asManager = { ...ctx, actor };
  expect(await countConversions(asManager, {})).toEqual({ count: 0, isCapped: false });
  expect((await (await exportConversions(asManager, { format: "csv" })).text()).split("\r\n").length).toBe(2);
  expect(await startBatch(asManager, { kind: "replay", filter: {} })).toMatchObject({ state: "done", total: 0 });
});
