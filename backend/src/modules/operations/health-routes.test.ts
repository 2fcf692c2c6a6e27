import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { AppError } from "@backend/kit/errors.ts";
import { httpKit, toErrorResponse } from "@backend/kit/http.ts";
import { readBacklog } from "@backend/modules/reports/index.ts";
import { openDatabase } from "@db/client.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { sql } from "drizzle-orm";
import { Elysia } from "elysia";
import { healthRoutes } from "./health-routes.ts";
import { createMetrics } from "./metrics.ts";
import { startPulse } from "./pulse.ts";
import { createReadiness } from "./readiness.ts";
import { testLog } from "./testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function server(
  some: {
    sender?: string | null;
    metricsToken?: string | null;
    starting?: string[];
    newest?: number;
    url?: string;
  } = {},
) {
  const state = { isStopping: false };
  const other = some.url ? openDatabase(some.url, { poolSize: 1 }) : null;
  const metrics = createMetrics({ withProcess: false });
  metrics.watch({ readBacklog: () => readBacklog(database.db, new Date()) });
  const http = httpKit({
    authenticate: () => Promise.reject(new AppError("unauthorized", "auth.required")),
    senderOf: () => (some.sender === undefined ? "127.0.0.1" : some.sender),
  });
  const app = new Elysia()
    .onError(({ error, request }) => toErrorResponse(error, request, { log: testLog, sentence: (code) => code }))
    .use(
      healthRoutes(http, {
        metrics,
        metricsToken: some.metricsToken ?? null,
        isStopping: () => state.isStopping,
        readiness: createReadiness({
          db: other?.db ?? database.db,
          newestMigration: some.newest ?? 1,
          startingRoles: () => some.starting ?? [],
          freshMs: 0,
          timeoutMs: 500,
        }),
      }),
    );
  return {
    state,
    get: (path: string, headers: Record<string, string> = {}) =>
      app.handle(new Request(`http://localhost${path}`, { headers })),
  };
}

describe("/health", () => {
  test("tells a stranger that it lives, and nothing more", async () => {
    const { get, state } = server({ url: "postgres://nobody@127.0.0.1:1/none" });
    const response = await get("/health?full=1");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
    expect(response.headers.get("cache-control")).toBe("no-store");
    state.isStopping = true;
    expect((await get("/health")).status).toBe(503);
  });
});

describe("/ready", () => {
  test("says yes with the database reached, migrations applied and roles started", async () => {
    const response = await server().get("/ready");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ready" });
  });

  test("says why not, in codes", async () => {
    const reasons = async (some: Parameters<typeof server>[0]) => {
      const response = await server(some).get("/ready");
      expect(response.status).toBe(503);
      return ((await response.json()) as { reasons: string[] }).reasons;
    };
    expect(await reasons({ starting: ["worker", "bot"] })).toEqual(["worker_starting", "bot_starting"]);
    expect(await reasons({ newest: Date.now() * 2 })).toEqual(["migrations_pending"]);
    expect(await reasons({ url: "postgres://nobody@127.0.0.1:1/none" })).toEqual(["database_away"]);
    const ending = server();
    ending.state.isStopping = true;
    expect(await (await ending.get("/ready")).json()).toEqual({ status: "not_ready", reasons: ["stopping"] });
  });
});

describe("/metrics", () => {
  test("is for whoever has the token, when there is one", async () => {
    const { get } = server({ metricsToken: "long-and-random", sender: "203.0.113.5" });
    expect((await get("/metrics")).status).toBe(401);
    expect((await get("/metrics", { authorization: "Bearer long-and-randoM" })).status).toBe(401);
    expect((await get("/metrics?token=long-and-random")).status).toBe(401);
    const response = await get("/metrics", { authorization: "Bearer long-and-random" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toStartWith("text/plain");
    expect(await response.text()).toContain("switchboard_inbox_waiting 0");
  });

  test("is for programs of the same machine without one, and does not exist for anybody else", async () => {
    expect((await server().get("/metrics")).status).toBe(200);
    expect((await server({ sender: "::1" }).get("/metrics")).status).toBe(200);
    for (const sender of ["203.0.113.5", "10.0.0.1", null])
      expect((await server({ sender }).get("/metrics")).status).toBe(404);
    for (const header of ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
      expect((await server().get("/metrics", { [header]: "203.0.113.5" })).status).toBe(404);
  });
});

describe("the pulse", () => {
  test("is written while the process lives and taken away when it ends in order", async () => {
    const pulse = startPulse({
      db: database.db,
      log: testLog,
      roles: ["api", "worker"],
      dataDir: ".",
      errorsPerMinute: () => 3,
      everyMs: 20,
    });
    await pulse.beat();
    const rows = () =>
      database.db.execute<{ errors_per_minute: number; disk_free_bytes: string; roles: string[]; seen_at: string }>(
        sql`select * from processes where id = ${pulse.processId}`,
      );
    const [first] = await rows();
    expect(first).toMatchObject({ errors_per_minute: 3, roles: ["api", "worker"] });
    expect(Number(first?.disk_free_bytes)).toBeGreaterThan(0);
    await Bun.sleep(100);
    expect((await rows())[0]?.seen_at).not.toBe(first?.seen_at as string);
    await pulse.stop();
    expect([...(await rows())]).toEqual([]);
    await Bun.sleep(60);
    expect([...(await rows())]).toEqual([]);
  });

  test("remembers how long the database was away", async () => {
    const away = await createTestDatabase();
    const name = new URL(away.url).pathname.slice(1);
    const pulse = startPulse({
      db: away.db,
      log: testLog,
      roles: ["api"],
      dataDir: ".",
      errorsPerMinute: () => 0,
      everyMs: 100_000,
    });
    await pulse.beat();
    await database.sql.unsafe(`alter database ${name} allow_connections false`);
    await database.sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`;
    await pulse.beat();
    await database.sql.unsafe(`alter database ${name} allow_connections true`);
    await pulse.beat();
    const [row] = await away.db.execute<{ away_from: string | null; away_until: string | null }>(
      sql`select away_from, away_until from processes where id = ${pulse.processId}`,
    );
    expect(row?.away_from).not.toBeNull();
    expect(Date.parse(row?.away_until ?? "")).toBeGreaterThan(Date.parse(row?.away_from ?? ""));
    await pulse.stop();
    await away.drop();
  }, 20_000);
});
