import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { httpKit, type Run, toErrorResponse } from "@backend/kit/http.ts";
import { defineJob, enqueue } from "@backend/kit/jobs.ts";
import { createLogger } from "@backend/kit/log.ts";
import { bots } from "@db/schema/bots.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { workspaces } from "@db/schema/identity.ts";
import { chats } from "@db/schema/messaging.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { Elysia, t } from "elysia";
import { readBotStatus } from "./actions/read-stats.ts";
import { todayLines, todaySummary } from "./actions/read-today.ts";
import type { AdminStats } from "./contracts.ts";
import { readBacklog } from "./facts.ts";
import { reportsRoutes, statsRoutes } from "./routes.ts";

const log = createLogger("silent");
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** 01:30 of 21 November in Kyiv, still the 20th in UTC. */
const now = new Date("2026-11-20T23:30:00Z");
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
let counter = 0;

async function workspace(timeZone = "Europe/Kyiv") {
  const { db } = database;
  const [space] = await db.insert(workspaces).values({ name: "Team", timeZone }).returning();
  const workspaceId = space?.id as string;
  const [bot] = await db
    .insert(bots)
    .values({
      workspaceId,
      telegramId: 700_000 + counter++,
      username: `b${counter}`,
      name: "B",
      tokenSealed: "x",
      webhookSecretSealed: "x",
    })
    .returning();
  const botId = bot?.id as string;
  const context = (): ActionContext => ({
    db,
    actor: systemActor(workspaceId),
    now,
    log,
    ports: {},
    requestId: "test",
  });
  const chat = async () =>
    (
      await db
        .insert(chats)
        .values({ workspaceId, botId, telegramChatId: -++counter, kind: "supergroup", title: "Chat" })
        .returning()
    )[0]?.id as string;
  const connect = async (lastEventAt: string | null = null) =>
    (
      await db
        .insert(trackerConnections)
        .values({
          workspaceId,
          name: `Keitaro ${counter++}`,
          kind: "keitaro",
          secretHash: `hash-${counter}`,
          locale: "en",
          ...(lastEventAt ? { firstEventAt: new Date(lastEventAt), lastEventAt: new Date(lastEventAt) } : {}),
        })
        .returning()
    )[0]?.id as string;
  const convert = async (
    connectionId: string,
    of: { status: string; amount?: string; currency?: string; at: string; subid?: string; tid?: string },
  ) => {
    const [row] = await db.execute<{ id: string }>(sql`
      insert into conversions (workspace_id, connection_id, identity_key, subid, tid, status, amount, currency, facts, received_at)
      values (${workspaceId}, ${connectionId}, ${String(counter++)}, ${of.subid ?? ""}, ${of.tid ?? ""}, ${of.status},
        ${of.amount ?? null}::numeric, ${of.currency ?? null}, '{}', ${of.at}::timestamptz) returning id::text as id`);
    return row?.id as string;
  };
  return { workspaceId, botId, context, chat, connect, convert };
}

describe("today", () => {
  test("begins at midnight of the workspace's zone, and yesterday ends at this time of day", async () => {
    const { context, connect, convert } = await workspace();
    const id = await connect();
    await convert(id, { status: "lead", at: ago(89) });
    await convert(id, { status: "lead", at: ago(91) });
    await convert(id, { status: "lead", at: ago(24 * 60 + 1) });
    await convert(id, { status: "lead", at: ago(24 * 60 - 1) });
    await convert(id, { status: "lead", at: ago(25 * 60 + 31) });
    const today = await todaySummary(context(), { hidden: [] });
    expect(today.day).toBe("2026-11-21");
    expect(today.conversions).toMatchObject({ today: 1, yesterday: 1 });
  });

  test("compares with the same wall clock on the day the clocks changed", async () => {
    const { context, connect, convert } = await workspace();
    const id = await connect();
    // Kyiv left summer time on 25 October 2026: noon of the 24th is 09:00 UTC, noon of the 25th is 10:00 UTC.
    await convert(id, { status: "lead", at: "2026-10-24T08:59:00Z" });
    await convert(id, { status: "lead", at: "2026-10-24T09:01:00Z" });
    const today = await todaySummary({ ...context(), now: new Date("2026-10-25T10:00:00Z") }, { hidden: [] });
    expect(today.conversions).toMatchObject({ today: 0, yesterday: 1 });
  });

  test("sums money exactly, by currency, without leads and without what was taken back", async () => {
    const { context, connect, convert } = await workspace();
    const id = await connect();
    const sale = { status: "sale", at: ago(10) };
    await convert(id, { ...sale, amount: "0.1", currency: "USD" });
    await convert(id, { ...sale, amount: "0.2", currency: "USD" });
    await convert(id, { ...sale, amount: "12345678901234567890.123456789", currency: "USDT" });
    await convert(id, { ...sale, amount: "5" });
    await convert(id, { status: "lead", amount: "99", currency: "USD", at: ago(10) });
    await convert(id, { ...sale, amount: "40", currency: "USD", subid: "s1", tid: "t1" });
    await convert(id, { status: "rejected", at: ago(5), subid: "s1", tid: "t1" });
    await convert(id, { ...sale, amount: "7", currency: "USD", subid: "s1", tid: "t2" });
    await convert(id, { status: "sale", amount: "2.50", currency: "USD", at: ago(24 * 60 + 10) });
    const { revenue } = await todaySummary(context(), { hidden: [] });
    expect(revenue.find(({ currency }) => currency === "USD")).toEqual({
      currency: "USD",
      today: "7.3",
      yesterday: "2.5",
    });
    expect(revenue.find(({ currency }) => currency === "USDT")?.today).toBe("12345678901234567890.123456789");
    expect(revenue.find(({ currency }) => currency === null)?.today).toBe("5");
  });

  test("shows nothing of other workspaces", async () => {
    const other = await workspace();
    const theirs = await other.connect(ago(10));
    await other.convert(theirs, { status: "sale", amount: "1", currency: "USD", at: ago(10) });
    const today = await todaySummary((await workspace()).context(), { hidden: [] });
    expect(today.conversions).toEqual({ today: 0, yesterday: 0, byStatus: [] });
    expect([today.revenue, today.connections, today.attention]).toEqual([[], [], []]);
    expect(today.checklist).toEqual({ hasChat: false, hasConnection: false, hasPostback: false, isDone: false });
  });

  test("measures from a postback to its message, and leaves out what waited on purpose", async () => {
    const { workspaceId, botId, context, chat, connect, convert } = await workspace();
    const id = await connect();
    const chatId = await chat();
    const deliver = (conversionId: string, receivedAgo: number, tookMs: number, waitsSec = 0) =>
      database.db.execute(sql`
        insert into deliveries (workspace_id, bot_id, chat_id, rank, content, subject_kind, subject_id, state, created_at, not_before, done_at)
        values (${workspaceId}, ${botId}, ${chatId}, 1, '{}', 'conversion', ${conversionId}, 'sent', ${ago(receivedAgo)}::timestamptz,
          ${ago(receivedAgo)}::timestamptz + ${waitsSec} * interval '1 second',
          ${ago(receivedAgo)}::timestamptz + ${tookMs} * interval '1 millisecond')`);
    for (let n = 1; n <= 20; n++)
      await deliver(await convert(id, { status: "lead", at: ago(10) }), 10, n === 20 ? 5_000 : n);
    await deliver(await convert(id, { status: "lead", at: ago(20) }), 20, 600_000, 600);
    const { delay, deliveries } = await todaySummary(context(), { hidden: [] });
    expect(delay.count).toBe(20);
    expect(delay.p50Ms).toBeWithin(9, 13);
    expect(delay.p95Ms).toBeGreaterThan(19);
    expect(deliveries).toEqual({ byState: [{ state: "sent", count: 21 }], isCapped: false });
  });

  test("names what needs attention, in words", async () => {
    const { workspaceId, botId, context, chat } = await workspace();
    const chatId = await chat();
    const { db } = database;
    await db.execute(sql`update chats set state = 'kicked' where id = ${chatId}`);
    await db.execute(sql`
      insert into deliveries (workspace_id, bot_id, chat_id, rank, content, state, done_at)
      select ${workspaceId}, ${botId}, ${chatId}, 3, '{}', 'unknown', now() from generate_series(1, 2)`);
    await db.execute(
      sql`insert into lanes (bot_id, paused_until, paused_reason) values (${botId}, ${ago(-10)}::timestamptz, 'flood')`,
    );
    await db.execute(sql`
      insert into inbound_events (workspace_id, source, method, path, status, attempts) values (${workspaceId}, 'tracker', 'GET', '/', 'failed', 5)`);
    const { attention } = await todaySummary(context(), { hidden: [] });
    expect(attention).toEqual([
      { kind: "dead_letters", count: 1, message: "1 call could not be read" },
      { kind: "unknown", count: 2, message: "2 messages with an unknown outcome" },
      { kind: "paused_lanes", count: 1, message: "1 bot is pausing" },
      { kind: "broken_chats", count: 1, message: "1 chat cannot be written to" },
    ]);
  });

  test("tells which connections are silent, and what the first steps are", async () => {
    const { context, chat, connect, convert } = await workspace();
    await chat();
    const id = await connect(ago(60 * 6));
    for (let n = 20; n >= 0; n--) await convert(id, { status: "lead", at: ago(60 * 6 + n * 10) });
    await connect();
    const today = await todaySummary(context(), { hidden: [] });
    expect(today.connections.map(({ isSilent, silentHours }) => [isSilent, silentHours])).toEqual([
      [true, 6],
      [false, null],
    ]);
    expect(today.checklist).toEqual({ hasChat: true, hasConnection: true, hasPostback: true, isDone: true });
  });

  test("names a tracker's log that could not be read for an hour, while it is wanted", async () => {
    const { workspaceId, context, connect } = await workspace();
    const connectionId = await connect();
    const pull = {
      workspaceId,
      connectionId,
      apiUrl: "https://tracker.example",
      apiKeySealed: "sealed",
      problem: "no_api",
    };
    await database.db.insert(trackerPulls).values({ ...pull, problemSince: new Date(ago(61)) });
    const kinds = async () => (await todaySummary(context(), { hidden: [] })).attention.map(({ kind }) => kind);
    expect(await kinds()).toEqual(["unread_logs"]);
    expect((await todaySummary(context(), { hidden: [connectionId] })).attention).toEqual([]);
    await database.db.update(trackerPulls).set({ problemSince: new Date(ago(50)) });
    expect(await kinds()).toEqual([]);
    await database.db.update(trackerPulls).set({ problemSince: new Date(ago(70)), isOn: false });
    expect(await kinds()).toEqual([]);
  });

  test("fits into a message in each language", async () => {
    const { context, connect, convert } = await workspace();
    await convert(await connect(), { status: "sale", amount: "1240.5", currency: "USD", at: ago(1) });
    const today = await todaySummary(context(), { hidden: [] });
    expect(todayLines(today, "en")).toEqual([
      "Conversions today: 1 (yesterday by now: 0)",
      "· Sale: 1 (yesterday by now: 0)",
      "Revenue: $1,240.50 (yesterday by now: $0.00)",
      "Messages sent today: 0",
      "Next step: add the bot to a chat.",
    ]);
    for (const locale of ["ru", "uk"] as const)
      for (const line of todayLines(today, locale)) expect(line).not.toMatch(/reports\.|\{/);
  });
});

describe("for programs", () => {
  const serve = (actor: Actor, context: () => ActionContext) => {
    const http = httpKit({
      authenticate: async (_, access) => {
        const right = typeof access === "object" ? ("scope" in access ? access.scope : access.permission) : "";
        if (!actor.permissions.has(right)) throw new AppError("forbidden", "common.forbidden");
        return actor;
      },
      senderOf: () => null,
    });
    const run: Run = (action, _, input) => action({ ...context(), actor } as never, input);
    const app = new Elysia()
      .onError(({ error, request }) => toErrorResponse(error, request, { log, sentence: (code) => code }))
      .use(statsRoutes(http, run))
      .use(reportsRoutes(http, run));
    return (path: string) => app.handle(new Request(`http://localhost${path}`));
  };

  test("totals and bot status need the scope, and count one workspace", async () => {
    const { workspaceId, context, connect, convert, chat } = await workspace();
    await chat();
    await convert(await connect(), { status: "deposit", amount: "3.00", currency: "EUR", at: ago(1) });
    const key = (scopes: string[]): Actor => ({
      kind: "api_key",
      workspaceId,
      keyId: "k",
      locale: "en",
      timeZone: "UTC",
      permissions: new Set(scopes),
    });
    const get = serve(key(["stats", "reports.read"]), context);
    const stats = (await (await get("/api/stats/admin")).json()) as AdminStats;
    expect(stats).toMatchObject({
      total_chats: 1,
      total_connections: 1,
      conversions_today: 1,
      conversions_total: 1,
      revenue_today: [{ currency: "EUR", amount: "3" }],
    });
    expect(await (await get("/api/bot/status")).json()).toMatchObject({ status: "online" });
    expect((await get("/reports/today")).status).toBe(200);
    expect((await serve(key([]), context)("/api/stats/admin")).status).toBe(403);
  });

  test("a bot whose token is refused is offline, and its words are free of secrets", async () => {
    const { botId, context } = await workspace();
    await database.db.execute(sql`
      update bots set state = 'disconnected', health = ${JSON.stringify({ checkedAt: now.toISOString(), problem: "x", lastError: "at /?secret=hush" })}::jsonb
      where id = ${botId}`);
    const status = await readBotStatus(context());
    expect(status.status).toBe("offline");
    expect(JSON.stringify(status)).not.toContain("hush");
  });
});

test("the backlog counts what waits, by lane, with the age of the oldest", async () => {
  const { workspaceId, botId, chat } = await workspace();
  const chatId = await chat();
  const { db } = database;
  await db.execute(sql`delete from deliveries`);
  await db.execute(sql`
    insert into deliveries (workspace_id, bot_id, chat_id, rank, content, state, created_at, not_before)
    select ${workspaceId}, ${botId}, ${chatId}, rank, '{}', state, ${ago(5)}::timestamptz, ${ago(2)}::timestamptz
    from (values (0, 'queued'), (1, 'queued'), (1, 'queued'), (1, 'sending'), (3, 'sent')) v(rank, state)`);
  await db.execute(
    sql`insert into inbound_events (workspace_id, source, method, path, received_at) values (${workspaceId}, 'tracker', 'GET', '/', ${ago(1)}::timestamptz)`,
  );
  const backlog = await readBacklog(db, now);
  expect(backlog.lanes.map(({ lane, queued, oldestSec }) => [lane, queued, oldestSec])).toEqual([
    ["service", 1, 120],
    ["alert", 2, 120],
    ["sequence", 0, 0],
    ["broadcast", 0, 0],
  ]);
  expect(backlog).toMatchObject({ sending: 1, inboxWaiting: 1, inboxOldestSec: 60 });
});

test("a job that used up its tries is not counted once it was asked for again, whether that is done or not", async () => {
  const { db } = database;
  const again = defineJob({ name: "test.ask-again", payload: t.Object({}), key: () => "once", attempts: 2 });
  const dies = () =>
    db.execute(sql`
      update graphile_worker._private_jobs set attempts = max_attempts, updated_at = ${ago(20)}::timestamptz`);
  const count = async () => (await readBacklog(db, now)).deadJobs.count;
  await db.execute(sql`delete from graphile_worker._private_jobs`);
  await enqueue(db, again, {});
  await dies();
  expect(await count()).toBe(1);
  await enqueue(db, again, {});
  await db.execute(sql`update graphile_worker._private_jobs set updated_at = ${ago(20)}::timestamptz`);
  expect(await count()).toBe(0);
  await dies();
  expect(await count()).toBe(1);
  await db.execute(sql`delete from graphile_worker._private_jobs`);
});

test("jobs that used up their tries are counted once nobody has begun them again for ten minutes, those of schedules aside", async () => {
  const { db } = database;
  const job = async (name: string, payload: string, minutes: number, attempts = 2) => {
    await db.execute(
      sql`select graphile_worker.add_job(${name}, ${payload}::json, max_attempts => 2, job_key => ${name})`,
    );
    await db.execute(sql`
      update graphile_worker._private_jobs set attempts = ${attempts}, updated_at = ${ago(minutes)}::timestamptz
      where id = (select max(id) from graphile_worker._private_jobs)`);
  };
  await db.execute(sql`delete from graphile_worker._private_jobs`);
  await job("shop.tell-team", '{"words": "\\u0000 \\"_cron\\": "}', 300);
  await job("campaigns.push-flow", "{}", 20);
  await job("inbox.process", "{}", 5);
  await job("shop.remind", '{"_cron": {"ts": "x"}}', 60);
  await job("reports.tell", "{}", 60, 1);
  expect((await readBacklog(db, now)).deadJobs).toEqual({
    count: 2,
    fresh: 1,
    oldest: "shop.tell-team",
    oldestSec: 300 * 60,
  });
  await db.execute(sql`delete from graphile_worker._private_jobs`);
  expect((await readBacklog(db, now)).deadJobs).toEqual({ count: 0, fresh: 0, oldest: "", oldestSec: 0 });
});
