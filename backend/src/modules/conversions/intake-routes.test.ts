import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { randomToken } from "@backend/kit/crypto.ts";
import { httpKit, toErrorResponse } from "@backend/kit/http.ts";
import { createIntake } from "@backend/kit/inbox.ts";
import { createLogger } from "@backend/kit/log.ts";
import { untilLimited } from "@backend/kit/testing.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { Elysia } from "elysia";
import { type IntakeConnection, intakeRoutes } from "./intake-routes.ts";

const log = createLogger("silent");
const secret = randomToken();
const connection: IntakeConnection = {
  connectionId: crypto.randomUUID(),
  workspaceId: crypto.randomUUID(),
  isPaused: false,
  perSecond: 1_000,
  burst: 10_000,
  senders: null,
  signing: null,
};
/** What the intake told of calls that it turned away. */
const refusals: string[] = [];
const sender: string | null = "203.0.113.7";
let database: TestDatabase;
let lookups = 0;

const appWith = (known: IntakeConnection) =>
  new Elysia({ serve: { maxRequestBodySize: 1024 * 1024 } })
    .onError(({ error, request }) => toErrorResponse(error, request, { log, sentence: (code) => code }))
    .use(
      intakeRoutes(
        httpKit({
          authenticate: () => Promise.reject(new Error("intake asks nobody who they are")),
          senderOf: (_, peer) => peer ?? sender,
        }),
        {
          intake: createIntake(database.db, { timeoutMs: 1_500 }),
          connectionBySecret: async (given) => {
            lookups++;
            return given === secret ? known : null;
          },
          limits: { perSecond: 50, burst: 500 },
          noteRefusal: (_, refusal) => void refusals.push(refusal),
          log,
        },
      ),
    );

const call = (app: ReturnType<typeof appWith>, path: string, init?: RequestInit) =>
  app.handle(new Request(`http://localhost${path}`, init));
const stored = () => database.sql<
  { method: string; path: string; query: string; body: Uint8Array | null; headers: string }[]
>`
  select method, path, query, body, headers::text as headers from inbound_events where source_id = ${connection.connectionId} order by id`;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe("postback intake", () => {
  test("GET and POST are stored as they came, without the secret, and answered 200", async () => {
    const app = appWith(connection);
    expect((await call(app, `/in/${secret}?subid=1&campaign_name=%D0%90%FF&x=%7Bgeo%7D`)).status).toBe(200);
    const form = await call(app, `/integrations/keitaro/postback?a=1&secret=${secret}&b=2`, {
      method: "POST",
      body: "status=sale&payout=1,50",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        authorization: "Bearer of-somebody",
        "user-agent": "Keitaro",
      },
    });
    expect(form.status).toBe(200);
    const rows = await stored();
    expect(rows.map((row) => [row.method, row.path, row.query])).toEqual([
      ["GET", "/in/…", "subid=1&campaign_name=%D0%90%FF&x=%7Bgeo%7D"],
      ["POST", "/integrations/keitaro/postback", "a=1&b=2"],
    ]);
    expect(Buffer.from(rows[1]?.body ?? []).toString()).toBe("status=sale&payout=1,50");
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain("of-somebody");
  });

  test("whatever is wrong with a secret, the answer is the same 404 and nothing is stored", async () => {
    const app = appWith(connection);
    const before = (await stored()).length;
    const bodies = new Set<string>();
    for (const wrong of [
      "x",
      `${secret.slice(0, -1)}!`,
      secret.toUpperCase() === secret ? "a".repeat(32) : secret.toUpperCase(),
      "a".repeat(500),
      "%00",
      "..%2f",
    ]) {
      const response = await call(app, `/in/${wrong}`);
      expect(response.status).toBe(404);
      const body = (await response.json()) as { error: { requestId: string } };
      body.error.requestId = "";
      bodies.add(JSON.stringify(body));
    }
    expect((await call(app, "/integrations/keitaro/postback")).status).toBe(404);
    expect(bodies.size).toBe(1);
    expect(await stored()).toHaveLength(before);
  });

  test("guessing is slowed down for the guesser and for nobody else", async () => {
    const app = appWith(connection);
    await untilLimited(() => call(app, `/in/${randomToken()}`));
    expect((await call(app, `/in/${secret}?subid=ok`)).status).toBe(200);
  });

  test("64 KB is taken, one byte more is 413, compressed bodies are refused", async () => {
    const app = appWith(connection);
    const post = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      call(app, `/in/${secret}`, { method: "POST", body, headers });
    expect((await post(new Uint8Array(64 * 1024).fill(65))).status).toBe(200);
    expect((await post(new Uint8Array(64 * 1024 + 1).fill(65))).status).toBe(413);
    expect((await post(new Uint8Array(10), { "content-encoding": "gzip" })).status).toBe(422);
  });

  test("above its limit a connection hears 429 with Retry-After, and what was answered 200 is stored", async () => {
    const small = { ...connection, connectionId: crypto.randomUUID(), perSecond: 1, burst: 5 };
    const app = appWith(small);
    const answers = await Promise.all(Array.from({ length: 20 }, () => call(app, `/in/${secret}`)));
    const accepted = answers.filter((answer) => answer.status === 200).length;
    // Five at once, and one more for each second that the twenty take.
    expect(accepted).toBeGreaterThanOrEqual(5);
    expect(accepted).toBeLessThan(20);
    for (const answer of answers.filter((one) => one.status !== 200)) {
      expect(answer.status).toBe(429);
      expect(Number(answer.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    }
    const [row] = await database.sql<
      { count: string }[]
    >`select count(*) from inbound_events where source_id = ${small.connectionId}`;
    expect(Number(row?.count)).toBe(accepted);
  });

  test("HEAD says that the address exists and stores nothing", async () => {
    const app = appWith(connection);
    const before = (await stored()).length;
    expect((await call(app, `/in/${secret}`, { method: "HEAD" })).status).toBe(200);
    expect((await call(app, `/in/${randomToken()}`, { method: "HEAD" })).status).toBe(404);
    expect(await stored()).toHaveLength(before);
  });

  test("a thousand calls ask for the secret once", async () => {
    const app = appWith(connection);
    lookups = 0;
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => call(app, `/in/${secret}?n=1`)));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    expect(lookups).toBe(1);
  });

  test("a database that cannot store answers 503, never 200; it is used again when it is back", async () => {
    const app = appWith(connection);
    await call(app, `/in/${secret}`);
    await database.sql`alter table inbound_events rename to inbound_events_away`;
    const away = await call(app, `/in/${secret}?lost=1`);
    expect(away.status).toBe(503);
    expect(away.headers.get("retry-after")).not.toBeNull();
    await database.sql`alter table inbound_events_away rename to inbound_events`;
    expect((await call(app, `/in/${secret}?back=1`)).status).toBe(200);
    const queries = (await stored()).map((row) => row.query);
    expect(queries).toContain("back=1");
    expect(queries).not.toContain("lost=1");
  });
});
