import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { IntegrationError } from "@backend/kit/errors.ts";
import { secretPurpose } from "@backend/modules/conversions/secret-lookup.ts";
import { testVault } from "@backend/modules/identity/testing.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { inboundEvents } from "@db/schema/inbox.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { compareSent } from "./actions/compare-sent.ts";
import type { SentPostback, TrackerCampaigns, TrackerProblem } from "./ports.ts";
import { makeReportScene, type ReportScene } from "./testing/reports.ts";

let database: TestDatabase;
let scene: ReportScene;
let log: SentPostback[];
let pages: { query: string; limit: number; offset: number }[];
let away: TrackerProblem | null;
let betweenPages: () => void;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scene = await makeReportScene(database.db, { timeZone: "UTC" });
  log = [];
  pages = [];
  away = null;
  betweenPages = () => {};
});

const now = new Date();
const day = now.toISOString().slice(0, 10);
const ports = () => ({
  vault: testVault,
  publicUrl: "https://our.example",
  trackerCampaigns: {
    async listSentPostbacks(_access, page) {
      pages.push(page);
      if (away) throw new IntegrationError("keitaro", "away", { retryable: true, problem: away });
      if (page.offset > 0) betweenPages();
      return log.slice(page.offset, page.offset + page.limit);
    },
  } as Partial<TrackerCampaigns> as TrackerCampaigns,
});
const compare = () => compareSent(scene.system(ports(), now), { connectionId: scene.connectionId });

const line = (query: string, answer: string, over: { secret?: string; at?: string } = {}): SentPostback => ({
  atText: `${over.at ?? day}T10:00:00`,
  message: `[GET] https://our.example/in/${over.secret ?? scene.secret}?${query} -> ${answer}`,
});
const arrive = (query: string, over: Partial<typeof inboundEvents.$inferInsert> = {}) =>
  database.db.insert(inboundEvents).values({
    ...{ workspaceId: scene.space.workspaceId, source: "tracker", sourceId: scene.connectionId },
    ...{ method: "GET", path: "/in/…", query, ...over },
  });

test("what the tracker sent stands beside what came in, and what did not is named without its address", async () => {
  const other = await makeReportScene(database.db);
  const dayBefore = new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10);
  log = [
    line("subid=1&status=sale", "200 OK"),
    line("subid=2&status=sale", "200 OK"),
    line("subid=3", "500 Internal Server Error"),
    line("subid=4", "cURL error 28: Operation timed out"),
    line("subid=5", "200", { secret: other.secret }),
    line("subid=6", "404", { secret: "0123456789abcdef0123" }),
    { atText: `${day}T09:00:00`, message: "our.example was called" },
    line("subid=7", "200 OK", { at: dayBefore }),
  ];
  await arrive("status=sale&subid=1");
  // Posted: its parameters are in the body.
  await arrive("", { method: "POST", body: new TextEncoder().encode("subid=3") });
  await arrive("subid=4", { sourceId: other.connectionId });
  const { troubles, ...counts } = await compare();
  expect(counts).toMatchObject({ day, sent: 4, arrived: 2, accepted: 2, refused: 1, failed: 1, unknown: 0 });
  expect(counts).toMatchObject({ elsewhere: 1, unknownAddress: 1, unread: 1, isCut: false, moreTroubles: 0 });
  expect(troubles.map(({ status, remark, hasArrived }) => [status, remark, hasArrived])).toEqual([
    [200, "200 OK", false],
    [500, "500 Internal Server Error", true],
    [null, "cURL error 28: Operation timed out", false],
  ]);
  expect(JSON.stringify(troubles)).not.toContain(scene.secret);
  expect(pages).toEqual([{ query: "our.example", limit: 500, offset: 0 }]);
});

test("a long log is read until it is older than the day, and a longer one is cut and says so", async () => {
  log = Array.from({ length: 700 }, (_, at) => line(`subid=${at}`, "200"));
  expect(await compare()).toMatchObject({ sent: 700, arrived: 0, isCut: false, moreTroubles: 650 });
  expect(pages).toHaveLength(2);
  log = Array.from({ length: 6_000 }, (_, at) => line(`subid=${at}`, "200"));
  expect(await compare()).toMatchObject({ sent: 5_000, isCut: true });
});

test("lines that are written while the log is read are no second sight of those before them", async () => {
  log = Array.from({ length: 700 }, (_, at) => line(`subid=${at}`, "200"));
  betweenPages = () => log.unshift(line("subid=new1", "200"), line("subid=new2", "200"));
  expect(await compare()).toMatchObject({ sent: 700, isCut: false });
});

test("an address is ours by the secret it had before as well, for as long as that one is taken", async () => {
  const former = "f".repeat(32);
  const overlap = (until: Date) =>
    database.db
      .update(trackerConnections)
      .set({ previousSecretHash: testVault.lookupHash(secretPurpose, former), previousSecretUntil: until })
      .where(eq(trackerConnections.id, scene.connectionId));
  log = [line("subid=1", "200"), line("subid=2", "200", { secret: former })];
  await overlap(new Date(now.getTime() + 60_000));
  expect(await compare()).toMatchObject({ sent: 2, unknownAddress: 0 });
  await overlap(now);
  expect(await compare()).toMatchObject({ sent: 1, unknownAddress: 1 });
});

test("a tracker that refuses its log is told apart from one that refuses conversions", async () => {
  for (const problem of ["not_allowed", "request_refused"] as const) {
    away = problem;
    await expect(compare()).rejects.toMatchObject({ kind: "invalid", code: `campaigns.sent.${problem}` });
  }
});

test("a call is found behind however many that came before it", async () => {
  await database.db.execute(sql`
    insert into ${inboundEvents} (workspace_id, source, source_id, method, path, query, received_at)
    select ${scene.space.workspaceId}, 'tracker', ${scene.connectionId}, 'GET', '/in/…', 'subid=e' || n, ${now.toISOString()}
    from generate_series(1, 20000) n`);
  await arrive("subid=late");
  log = [line("subid=late", "200 OK")];
  expect(await compare()).toMatchObject({ sent: 1, arrived: 1, isCut: false });
});

test("a tracker that is away says why, a day that is none is refused, and a hidden one has no log", async () => {
  away = "unreachable";
  await expect(compare()).rejects.toMatchObject({ kind: "invalid", code: "conversions.tracker.unreachable" });
  const of = { connectionId: scene.connectionId };
  await expect(compareSent(scene.system(ports()), { ...of, day: "2026-02-30" })).rejects.toMatchObject({
    code: "reports.statistics.day_unreadable",
  });
  const hidden = await makeReportScene(database.db, { sharedWith: ["finance"] });
  const buyer = await hidden.context(ports(), now, "media_buyer");
  await expect(compareSent(buyer, { connectionId: hidden.connectionId })).rejects.toMatchObject({
    code: "campaigns.tracker_not_found",
  });
});
