import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openDatabase } from "@db/client.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import { systemActor } from "./context.ts";
import { AppError } from "./errors.ts";
import { createIntake, type InboundCall, type InboxReader, processInbox } from "./inbox.ts";
import { createLogger } from "./log.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

let n = 0;
const call = (some: Partial<InboundCall> = {}): InboundCall => ({
  workspaceId: crypto.randomUUID(),
  source: "tracker",
  sourceId: null,
  externalId: null,
  orderKey: null,
  method: "GET",
  path: "/in/…",
  query: "",
  headers: {},
  body: null,
  senderAddress: null,
  requestId: `request-${n++}`,
  ...some,
});

const rowsOf = async (workspaceId: string) => [
  ...(await database.db.execute<{ id: string; request_id: string; query: string; body: Uint8Array; status: string }>(
    sql`select id::text as id, request_id, query, body, status from inbound_events where workspace_id = ${workspaceId} order by inbound_events.id`,
  )),
];

describe("intake", () => {
  test("keeps every call that it acknowledged, once, in far fewer transactions than calls", async () => {
    const intake = createIntake(database.db);
    const workspaceId = crypto.randomUUID();
    await database.db.execute(sql`delete from graphile_worker._private_jobs`);
    const calls = Array.from({ length: 2_000 }, (_, index) => call({ workspaceId, query: `n=${index}` }));
    await Promise.all(calls.map((one) => intake.store(one)));
    const rows = await rowsOf(workspaceId);
    expect(rows.map(({ query }) => query).sort()).toEqual(calls.map(({ query }) => query).sort());

    const jobs = await database.db.execute<{ payload: { ids: string[] } }>(
      sql`select payload from graphile_worker._private_jobs`,
    );
    expect(jobs.length).toBeLessThan(50);
    expect(jobs.flatMap(({ payload }) => payload.ids).sort()).toEqual(rows.map(({ id }) => id).sort());
  });

  test("stores a sender's own id once, however often and however simultaneously it comes, and acknowledges each", async () => {
    const intake = createIntake(database.db, { groupSize: 10 });
    const other = createIntake(database.db, { groupSize: 7 });
    const workspaceId = crypto.randomUUID();
    const [sourceId, elsewhere] = [crypto.randomUUID(), crypto.randomUUID()];
    const copies = Array.from({ length: 60 }, (_, index) =>
      (index % 2 ? intake : other).store(call({ workspaceId, sourceId, externalId: "update-1", query: "a=1" })),
    );
    await Promise.all([
      ...copies,
      intake.store(call({ workspaceId, sourceId, externalId: "update-2", query: "a=2" })),
      intake.store(call({ workspaceId, sourceId: elsewhere, externalId: "update-1", query: "a=3" })),
    ]);
    await intake.store(call({ workspaceId, sourceId, externalId: "update-1", query: "a=1" }));
    expect((await rowsOf(workspaceId)).map(({ query }) => query).sort()).toEqual(["a=1", "a=2", "a=3"]);
  });

  test("keeps bodies byte for byte, and texts but for what PostgreSQL cannot hold", async () => {
    const intake = createIntake(database.db);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.string(), async (body, text) => {
        const workspaceId = crypto.randomUUID();
        await intake.store(call({ workspaceId, body, query: text }));
        const [row] = await rowsOf(workspaceId);
        expect(new Uint8Array(row?.body ?? [])).toEqual(body);
        expect(row?.query).toBe(text.replaceAll("\0", "").toWellFormed());
      }),
      { numRuns: 30 },
    );
  });

  test("gives each order key a queue of its own, in which calls stay in order", async () => {
    const intake = createIntake(database.db);
    const workspaceId = crypto.randomUUID();
    await database.db.execute(sql`delete from graphile_worker._private_jobs`);
    await Promise.all(["a", "b", "a", "b", "a"].map((orderKey) => intake.store(call({ workspaceId, orderKey }))));
    const jobs = await database.db.execute<{ queue: string; payload: { ids: string[] } }>(sql`
      select q.queue_name as queue, j.payload from graphile_worker._private_jobs j
      join graphile_worker._private_job_queues q on q.id = j.job_queue_id order by j.id`);
    const idsOf = (name: string) => jobs.filter(({ queue }) => queue === name).flatMap(({ payload }) => payload.ids);
    expect(idsOf("a")).toHaveLength(3);
    expect(idsOf("b")).toHaveLength(2);
    expect(idsOf("a").map(Number)).toEqual(
      idsOf("a")
        .map(Number)
        .sort((x, y) => x - y),
    );
  });

  test("refuses at once when too many wait, rather than grow", async () => {
    const intake = createIntake(database.db, { maxWaiting: 5, groupSize: 1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => intake.store(call())));
    expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThan(0);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "common.unavailable" });
    await intake.store(call());
  });
});

describe("while the database goes away", () => {
  test("what was acknowledged is stored exactly once, and every refusal is a 503", async () => {
    const away = await createTestDatabase();
    const admin = openDatabase(away.url, { poolSize: 1, applicationName: "admin" });
    const intake = createIntake(away.db, { groupSize: 50, timeoutMs: 2_000 });
    const workspaceId = crypto.randomUUID();
    const acknowledged: string[] = [];
    let refused = 0;
    const senders = Array.from({ length: 20 }, async (_, sender) => {
      for (let round = 0; round < 25; round++) {
        const query = `sender=${sender}&round=${round}`;
        try {
          await intake.store(call({ workspaceId, query }));
          acknowledged.push(query);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ kind: "unavailable", code: "common.unavailable" });
          refused++;
        }
        await Bun.sleep(1);
      }
    });
    let isOver = false;
    const killer = (async () => {
      // Between two kills something gets through, however busy the machine is; otherwise nothing is proved.
      for (let seen = 0; !isOver; await Bun.sleep(15)) {
        if (acknowledged.length === seen) continue;
        seen = acknowledged.length;
        await admin.db.execute(
          // Connections that have stored something. One killed while it is still being opened makes postgres.js reject a promise
          // that nobody can hold (it reads its array types then), which a test runner takes for a failure.
          sql`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'switchboard-test' and query like '%inbound_events%'`,
        );
      }
    })();
    await Promise.all(senders);
    isOver = true;
    await killer;
    const rows = await admin.db.execute<{ query: string; count: number }>(
      sql`select query, count(*)::int as count from inbound_events where workspace_id = ${workspaceId} group by query`,
    );
    const stored = new Map(rows.map(({ query, count }) => [query, count]));
    expect(refused).toBeGreaterThan(0);
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter((query) => stored.get(query) !== 1)).toEqual([]);
    await admin.close(500);
    await away.drop();
  }, 60_000);

  test("nothing is acknowledged, everybody hears it within the limit, and afterwards it works again by itself", async () => {
    const away = await createTestDatabase();
    const admin = openDatabase(database.url, { poolSize: 1, applicationName: "admin" });
    const name = new URL(away.url).pathname.slice(1);
    const intake = createIntake(away.db, { timeoutMs: 1_000 });
    await intake.store(call());
    await admin.sql.unsafe(`alter database ${name} allow_connections false`);
    await admin.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
    const at = performance.now();
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, () => intake.store(call())));
    expect(performance.now() - at).toBeLessThan(20_000);
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);

    await admin.sql.unsafe(`alter database ${name} allow_connections true`);
    const workspaceId = crypto.randomUUID();
    let isBack = false;
    for (let tries = 0; tries < 50 && !isBack; tries++) {
      isBack = await intake.store(call({ workspaceId })).then(
        () => true,
        () => false,
      );
      if (!isBack) await Bun.sleep(100);
    }
    expect(isBack).toBe(true);
    await admin.close(500);
    await away.drop();
  }, 60_000);
});

describe("reading", () => {
  const context = (reader: InboxReader) => ({
    db: database.db,
    actor: systemActor(crypto.randomUUID()),
    now: new Date(),
    log: createLogger("silent"),
    requestId: "job",
    ports: { readers: { tracker: reader }, actorFor: systemActor },
  });
  const since = "2000-01-01T00:00:00Z";

  test("happens once, however many workers are given the same calls", async () => {
    const workspaceId = crypto.randomUUID();
    const intake = createIntake(database.db);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => intake.store(call({ workspaceId, query: `n=${index}` }))),
    );
    const ids = (await rowsOf(workspaceId)).map(({ id }) => id);
    const read: string[] = [];
    const ctx = context(async (_, event) => {
      await Bun.sleep(1);
      read.push(event.query);
      return { status: "handled", outcome: {} };
    });
    await Promise.all(Array.from({ length: 4 }, () => processInbox(ctx, { ids, since })));
    expect(new Set(read).size).toBe(read.length);
    const left = (await rowsOf(workspaceId)).filter(({ status }) => status === "received").map(({ id }) => id);
    await processInbox(ctx, { ids: left, since });
    expect(read).toHaveLength(20);
    expect((await rowsOf(workspaceId)).every(({ status }) => status === "handled")).toBe(true);
  });

  test("of one call undoes what it had written when it throws, and is tried again later", async () => {
    const workspaceId = crypto.randomUUID();
    await createIntake(database.db).store(call({ workspaceId }));
    const [event] = await rowsOf(workspaceId);
    await database.db.execute(sql`delete from graphile_worker._private_jobs`);
    const half: InboxReader = async ({ db }) => {
      await db.execute(sql`insert into workspaces (id, name) values (${workspaceId}, 'half done')`);
      throw new Error("stumbled");
    };
    await processInbox(context(half), { ids: [event?.id as string], since });
    const written = await database.db.execute(sql`select 1 from workspaces where id = ${workspaceId}`);
    expect([...written]).toEqual([]);
    const [again] = await database.db.execute<{ later: boolean; ids: string[] }>(
      sql`select run_at > now() as later, payload->'ids' as ids from graphile_worker._private_jobs`,
    );
    expect(again).toEqual({ later: true, ids: [event?.id as string] });
  });

  test("of many calls sets the poisoned one aside, and its neighbours happen once", async () => {
    const workspaceId = crypto.randomUUID();
    const intake = createIntake(database.db);
    const calls = Array.from({ length: 40 }, (_, index) => call({ workspaceId, query: `n=${index}` }));
    await Promise.all(calls.map((one) => intake.store(one)));
    const ids = (await rowsOf(workspaceId)).map(({ id }) => id).sort((a, b) => Number(a) - Number(b));
    const poisoned: InboxReader = async ({ db }, event) => {
      await db.execute(sql`insert into workspaces (name) values (${`${workspaceId} ${event.query}`})`);
      if (event.query === "n=21") throw new Error("poison");
      return { status: "handled", outcome: { query: event.query } };
    };
    await processInbox(context(poisoned), { ids, since });
    const written = await database.db.execute<{ name: string }>(
      sql`select name from workspaces where name like ${`${workspaceId}%`} order by created_at, name`,
    );
    expect(written).toHaveLength(39);
    expect(new Set(written.map(({ name }) => name)).size).toBe(39);
    expect(written.some(({ name }) => name.endsWith("n=21"))).toBe(false);
    const rows = await database.db.execute<{ query: string; status: string; attempts: number; outcome: unknown }>(
      sql`select query, status, attempts, outcome from inbound_events where workspace_id = ${workspaceId} order by id`,
    );
    const told = rows.map(({ query, status, attempts, outcome }) => ({ query, status, attempts, outcome }));
    expect(told).toEqual(
      calls.map(({ query }) =>
        query === "n=21"
          ? { query, status: "received", attempts: 1, outcome: null }
          : { query, status: "handled", attempts: 1, outcome: { query } },
      ),
    );
  });

  test("of a source that nobody reads ends as a dead letter, not as a loss", async () => {
    const workspaceId = crypto.randomUUID();
    await createIntake(database.db).store(call({ workspaceId, source: "unheard-of" }));
    const [event] = await rowsOf(workspaceId);
    const ctx = context(async () => ({ status: "handled", outcome: {} }));
    for (let tries = 0; tries < 6; tries++) await processInbox(ctx, { ids: [event?.id as string], since });
    expect((await rowsOf(workspaceId))[0]?.status).toBe("failed");
  });
});
