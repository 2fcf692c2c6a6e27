import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { createTestServer, makeApiKey, makePerson, makeWorkspace } from "@backend/modules/identity/testing.ts";
import { flowDrafts, trackerMirrors, trackerReports } from "@db/schema/campaigns.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq } from "drizzle-orm";
import { exportFigures } from "./actions/export-figures.ts";
import { forgetReports } from "./actions/forget-reports.ts";
import { readAdvice } from "./actions/read-advice.ts";
import { readFigures } from "./actions/read-figures.ts";
import { createReportDesk } from "./report-desk.ts";
import { reportRoutes } from "./report-routes.ts";
import { type FakeReports, fakeReports, makeReportScene, type ReportScene, sceneNow } from "./testing/reports.ts";

let database: TestDatabase;
let scene: ReportScene;
let tracker: FakeReports;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  scene = await makeReportScene(database.db);
  tracker = fakeReports();
});

const minute = 60_000;
const hour = 60 * minute;
const later = (ms: number) => new Date(sceneNow.getTime() + ms);
const until = async (isSo: () => boolean | Promise<boolean>) => {
  while (!(await isSo())) await Bun.sleep(2);
};
const code = (wanted: string) => expect.objectContaining({ code: wanted });
const measured = (...values: (string | null)[]) => {
  const [clicks = null, unique = null, conversions = null, sales = null, revenue = null, cost = null] = values;
  return { clicks, campaign_unique_clicks: unique, conversions, sales, revenue, cost };
};
/** What the tracker says of the flow's offers, and of all of them. */
const sayOffers = () => {
  tracker.rows.offer_id = [
    { offer_id: "101", ...measured("120", "100", "6", "4", "60.30", "24.1") },
    { offer_id: "777", ...measured("3", "3", "0", "0", "0", "0.6") },
  ];
  tracker.rows[""] = [measured("123", "101", "6", "4", "60.30", "24.70")];
};

describe("figures", () => {
  test("of a flow by offer hold every offer of the flow, the tracker's own totals, and names that are known", async () => {
    sayOffers();
    const ctx = await scene.context(tracker);
    const table = await readFigures(ctx, { flowId: scene.flowId, by: "offer", period: "7" });
    expect(table.rows.map(({ key, name, figures }) => [key, name, figures.clicks, figures.revenue])).toEqual([
      ["101", "Miaflow RO", 120, "60.3"],
      ["777", null, 3, "0"],
      ["102", "Otto", 0, "0"],
      ["103", null, 0, "0"],
    ]);
    // A visitor of two offers is one in the totals: they are not the rows added up.
    expect(table).toMatchObject({ hasOwnTotals: true, totals: { clicks: 123, uniques: 101, profit: "35.6" } });
    expect(table).toMatchObject({ timeZone: "Europe/Kyiv", currency: null, problem: null, isOpen: true });
    expect(table).toMatchObject({ campaign: { ref: "15", name: "Spring AU" }, flow: { ref: "5002" } });
  });

  test("are asked for by explicit days and zone, in numbers where the tracker numbers", async () => {
    await readFigures(await scene.context(tracker), { flowId: scene.flowId, by: "offer", period: "7" });
    const byOffer = tracker.asked.find(({ question }) => question.dimensions.length === 1);
    expect(byOffer?.question).toEqual({
      from: "2026-11-19",
      to: "2026-11-25",
      timeZone: "Europe/Kyiv",
      dimensions: ["offer_id"],
      measures: ["clicks", "campaign_unique_clicks", "conversions", "sales", "revenue", "cost"],
      filters: [
        { name: "campaign_id", operator: "EQUALS", expression: 15 },
        { name: "stream_id", operator: "EQUALS", expression: 5002 },
      ],
    });
  });

  test("count days in the tracker's zone, else in the workspace's", async () => {
    const evening = new Date("2026-11-25T22:30:00Z");
    const ctx = await scene.context(tracker, evening);
    const query = { connectionId: scene.connectionId, period: "today" } as const;
    expect(await readFigures(ctx, query)).toMatchObject({ from: "2026-11-26", timeZone: "Europe/Kyiv" });
    await database.db
      .update(trackerMirrors)
      .set({ timeZone: null })
      .where(eq(trackerMirrors.connectionId, scene.connectionId));
    expect(await readFigures(ctx, query)).toMatchObject({ from: "2026-11-25", timeZone: "UTC" });
  });

  test("stand beside the period before, day by day", async () => {
    tracker.rows.day = [
      { day: "2026-11-24", ...measured("10", "9", "1", "1", "5", "2") },
      { day: "2026-11-22 00:00:00", ...measured("4", "4", "0", "0", "0", "1") },
    ];
    const ctx = await scene.context(tracker);
    const range = { campaignId: scene.campaignId, from: "2026-11-23", to: "2026-11-24" };
    const table = await readFigures(ctx, { ...range, by: "day", compare: "previous" });
    expect(table.rows.map(({ key, figures, before }) => [key, figures.clicks, before?.clicks])).toEqual([
      ["2026-11-23", 0, 0],
      ["2026-11-24", 10, 4],
    ]);
    expect(table).toMatchObject({ isOpen: false, previous: { from: "2026-11-21", to: "2026-11-22" } });
    expect(table.totals).toMatchObject({ clicks: 0 });
  });

  test("do not hide behind their rows that something is broken here", async () => {
    const { build } = tracker.trackerReports;
    tracker.trackerReports.build = (access, question, dialect) =>
      question.dimensions.length === 0
        ? Promise.reject(new TypeError("a fault of ours"))
        : build(access, question, dialect);
    const ctx = await scene.context(tracker);
    await expect(readFigures(ctx, { flowId: scene.flowId, by: "offer", period: "7" })).rejects.toThrow(
      "a fault of ours",
    );
  });

  test("are sorted and cut here, and say how many rows that left out", async () => {
    sayOffers();
    const ctx = await scene.context(tracker);
    const query = { flowId: scene.flowId, by: "offer", period: "7", sort: "cost", limit: 2 } as const;
    const table = await readFigures(ctx, query);
    expect(table.rows.map(({ key }) => key)).toEqual(["101", "777"]);
    expect(table.moreRows).toBe(2);
    const upwards = await readFigures(ctx, { ...query, order: "asc", limit: 4 });
    expect(upwards.rows.map(({ key }) => key)).toEqual(["102", "103", "777", "101"]);
    expect(tracker.asked).toHaveLength(2);
  });

  test("refuse a period that is none, and a question about nothing", async () => {
    const ctx = await scene.context(tracker);
    const { flowId } = scene;
    await expect(readFigures(ctx, { flowId, from: "2026-11-31", to: "2026-12-01" })).rejects.toEqual(
      code("reports.statistics.day_unreadable"),
    );
    await expect(readFigures(ctx, { flowId })).rejects.toEqual(code("campaigns.figures.period_missing"));
    await expect(readFigures(ctx, { period: "7" })).rejects.toEqual(code("campaigns.figures.place_missing"));
    expect(tracker.asked).toHaveLength(0);
  });
});

describe("the tracker's server", () => {
  test("is asked one question once, however many ask it at once, and not again while the answer is fresh", async () => {
    sayOffers();
    const people = await Promise.all([scene.context(tracker), scene.context(tracker), scene.context(tracker)]);
    const gate = Promise.withResolvers<void>();
    tracker.gate = gate.promise;
    const query = { flowId: scene.flowId, by: "offer", period: "7" } as const;
    const answers = people.map((ctx) => readFigures(ctx, query));
    await until(() => tracker.working === 2);
    gate.resolve();
    const tables = await Promise.all(answers);
    expect(tables.map(({ totals }) => totals.clicks)).toEqual([123, 123, 123]);
    expect(tracker.asked.map(({ question }) => question.dimensions.length).sort()).toEqual([0, 1]);

    await readFigures(await scene.context(tracker, later(minute)), query);
    expect(tracker.asked).toHaveLength(2);
    await readFigures(await scene.context(tracker, later(2 * minute)), query);
    expect(tracker.asked).toHaveLength(4);
  });

  test("works on few questions at once", async () => {
    const ctx = await scene.context(tracker);
    const gate = Promise.withResolvers<void>();
    tracker.gate = gate.promise;
    const desk = createReportDesk({ atOnce: 2 });
    const days = ["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"];
    const place = { connectionId: scene.connectionId, workspaceId: scene.space.workspaceId };
    const asked = days.map((day) =>
      desk.ask(ctx, place, { from: day, to: day, timeZone: "UTC", dimensions: [], measures: ["clicks"] }),
    );
    await until(() => tracker.working === 2);
    gate.resolve();
    await Promise.all(asked);
    expect([tracker.asked.length, tracker.mostAtOnce]).toEqual([5, 2]);
  });

  test("is spoken to in the dialect that it was found to understand", async () => {
    tracker.speaks = "old";
    const query = { connectionId: scene.connectionId, period: "today" } as const;
    await readFigures(await scene.context(tracker), query);
    await readFigures(await scene.context(tracker, later(5 * minute)), query);
    expect(tracker.asked.map(({ dialect }) => dialect)).toEqual([null, "old"]);
    tracker.speaks = "new";
    await readFigures(await scene.context(tracker, later(10 * minute)), query);
    await readFigures(await scene.context(tracker, later(15 * minute)), query);
    expect(tracker.asked.map(({ dialect }) => dialect)).toEqual([null, "old", "old", "new"]);
  });

  test("away: the last known figures with their age and the reason, and it is left alone for a while", async () => {
    sayOffers();
    const query = { flowId: scene.flowId, by: "offer", period: "7", compare: "previous" } as const;
    const before = await readFigures(await scene.context(tracker), query);
    tracker.away = "unreachable";
    const table = await readFigures(await scene.context(tracker, later(60 * minute)), query);
    expect(table.problem).toContain("cannot be reached");
    expect(table).toEqual({ ...before, problem: table.problem });
    const tries = tracker.asked.length;
    await readFigures(await scene.context(tracker, later(60 * minute + 5_000)), query);
    expect(tracker.asked).toHaveLength(tries);
    tracker.away = null;
    const again = await readFigures(await scene.context(tracker, later(61 * minute)), query);
    expect(again).toMatchObject({ problem: null, readAt: later(61 * minute).toISOString() });
  });

  test("away and never asked before: a refusal that says why", async () => {
    tracker.away = "key_refused";
    const ctx = await scene.context(tracker);
    await expect(readFigures(ctx, { flowId: scene.flowId, period: "7" })).rejects.toMatchObject({
      kind: "invalid",
      code: "conversions.tracker.key_refused",
    });
  });

  test("that refuses reports: it is reports that the sentence speaks of, also beside older figures", async () => {
    const query = { flowId: scene.flowId, period: "7" } as const;
    for (const [at, away] of (["not_allowed", "request_refused"] as const).entries()) {
      tracker.away = away;
      const ctx = await scene.context(tracker, later(at * minute));
      await expect(readFigures(ctx, query)).rejects.toEqual(code(`campaigns.figures.${away}`));
    }
    tracker.away = null;
    await readFigures(await scene.context(tracker, later(hour)), query);
    tracker.away = "not_allowed";
    const older = await readFigures(await scene.context(tracker, later(2 * hour)), query);
    expect(older.problem).toBe("The key’s user may not see reports. Give that user access to reports in Keitaro.");
  });

  test("that cannot tell totals: the rows are added up, and that is said", async () => {
    sayOffers();
    const { build } = tracker.trackerReports;
    tracker.trackerReports.build = (access, question, dialect) => {
      if (question.dimensions.length === 0) tracker.away = "request_refused";
      return build(access, question, dialect).finally(() => {
        tracker.away = null;
      });
    };
    const table = await readFigures(await scene.context(tracker), { flowId: scene.flowId, by: "offer", period: "7" });
    expect(table).toMatchObject({ hasOwnTotals: false, totals: { clicks: 123, uniques: 103, cost: "24.7" } });
  });

  test("slow: whoever has older figures is given them, and the answer is kept for the next", async () => {
    const desk = createReportDesk({ patienceMs: 20 });
    const place = { connectionId: scene.connectionId, workspaceId: scene.space.workspaceId };
    const question = { from: "2026-11-01", to: "2026-11-01", timeZone: "UTC", dimensions: [], measures: ["clicks"] };
    tracker.rows[""] = [{ clicks: "1" }];
    await desk.ask(await scene.context(tracker), place, question);
    tracker.rows[""] = [{ clicks: "2" }];
    const gate = Promise.withResolvers<void>();
    tracker.gate = gate.promise;
    const slow = await desk.ask(await scene.context(tracker, later(5 * minute)), place, question);
    expect(slow).toMatchObject({ problem: "timed_out", answer: { rows: [["", "1"]] }, readAt: sceneNow });
    gate.resolve();
    const newest = () =>
      database.db
        .select()
        .from(trackerReports)
        .where(eq(trackerReports.readAt, later(5 * minute)));
    await until(async () => (await newest()).length === 1);
    const next = await desk.ask(await scene.context(tracker, later(6 * minute)), place, question);
    expect(next).toMatchObject({ problem: null, answer: { rows: [["", "2"]] } });
    expect(tracker.asked).toHaveLength(2);
  });
});

describe("who is shown figures", () => {
  test("a connection that a role is not shown has none, and neither has another workspace's", async () => {
    const hidden = await makeReportScene(database.db, { sharedWith: ["finance"] });
    const buyer = await hidden.context(tracker, sceneNow, "media_buyer");
    const ask = (over: object) => readFigures(buyer, { period: "7", ...over });
    await expect(ask({ connectionId: hidden.connectionId })).rejects.toEqual(code("campaigns.tracker_not_found"));
    await expect(ask({ campaignId: hidden.campaignId })).rejects.toEqual(code("campaigns.campaign_not_found"));
    await expect(ask({ flowId: hidden.flowId })).rejects.toEqual(code("campaigns.flow_not_found"));
    await expect(ask({ connectionId: scene.connectionId })).rejects.toEqual(code("campaigns.tracker_not_found"));
    await expect(ask({ flowId: scene.flowId })).rejects.toEqual(code("campaigns.flow_not_found"));
    await expect(readAdvice(buyer, { flowId: hidden.flowId })).rejects.toEqual(code("campaigns.flow_not_found"));
    const finance = await hidden.context(tracker, sceneNow, "finance");
    expect((await readFigures(finance, { flowId: hidden.flowId, period: "7" })).flow?.ref).toBe("5002");
  });

  test("a campaign of another tracker is not found in this one", async () => {
    const other = await makeReportScene(database.db);
    const ctx = other.system(tracker);
    const query = { connectionId: scene.connectionId, campaignId: other.campaignId, period: "7" } as const;
    await expect(readFigures(ctx, query)).rejects.toEqual(code("campaigns.campaign_not_found"));
  });

  test("over HTTP: the right decides, and a stranger's flow is 404", async () => {
    sayOffers();
    const server = createTestServer(database.db, [reportRoutes], tracker);
    const get = async (headers: Record<string, string>, path: string) =>
      (await server.call("GET", `/campaigns${path}`, { headers })).status;
    const figures = `/figures?flowId=${scene.flowId}&by=offer&period=7`;
    const { headers } = await makePerson(database.db, scene.space, { role: "finance" });
    const stranger = await makePerson(database.db, await makeWorkspace(database.db), { role: "owner" });
    const support = await makePerson(database.db, scene.space, { role: "support" });
    const key = await makeApiKey(database.db, scene.space, ["campaigns.read"]);
    const statuses = [headers, stranger.headers, support.headers, key.headers].map((one) => get(one, figures));
    expect(await Promise.all(statuses)).toEqual([200, 404, 403, 200]);
    expect(await get(headers, `/flows/${scene.flowId}/advice?by=roi`)).toBe(200);
    expect(await get(headers, "/figures?period=never")).toBe(422);
  });
});

describe("a file of figures", () => {
  const read = async (query: Partial<Parameters<typeof exportFigures>[1]>) =>
    (await exportFigures(await scene.context(tracker), { format: "csv", period: "7", ...query })).text();

  test("has the screen's rows and the tracker's totals, and makes no formula of a name", async () => {
    sayOffers();
    tracker.rows.country_code = [{ country_code: "=HYPERLINK(1)", ...measured("1", "1", "0", "0", "0", "0") }];
    const lines = (await read({ flowId: scene.flowId, by: "offer" })).trim().split("\r\n");
    expect(lines[0]).toBe(
      'Offer,Number,Clicks,Unique clicks,Conversions,Sales,Revenue,Cost,Profit,"ROI, %","CR, %",EPC',
    );
    expect(lines[1]).toBe("Miaflow RO,101,120,100,6,4,60.3,24.1,36.2,150.2075,5,0.5025");
    expect(lines[2]).toBe("#777,777,3,3,0,0,0,0.6,-0.6,-100,0,0");
    expect(lines.at(-1)).toBe("Total,,123,101,6,4,60.3,24.7,35.6,144.1296,4.878,0.490244");
    expect(await read({ flowId: scene.flowId, by: "country" })).toContain("'=HYPERLINK(1)");
  });

  test("names the currency that the connection has, and leaves a trace", async () => {
    scene = await makeReportScene(database.db, { currency: "EUR" });
    expect(await read({ connectionId: scene.connectionId, by: "day" })).toContain('"Revenue, EUR"');
    const [entry] = await database.db
      .select()
      .from(auditEntries)
      .where(and(eq(auditEntries.workspaceId, scene.space.workspaceId), eq(auditEntries.action, "figures.exported")));
    expect(entry).toMatchObject({ subjectId: scene.connectionId });
  });
});

describe("advice", () => {
  test("is about the draft where there is one, and changes nothing", async () => {
    tracker.rows.offer_id = [
      { offer_id: "101", ...measured("9000", "9000", "90", "90", "900", "300") },
      { offer_id: "102", ...measured("9000", "9000", "10", "10", "100", "300") },
      { offer_id: "103", ...measured("9000", "9000", "30", "30", "300", "300") },
    ];
    const advice = await readAdvice(await scene.context(tracker), { flowId: scene.flowId });
    expect(
      advice.offers.map(({ id, name, share, suggested, leftOut }) => [id, name, share, suggested, leftOut]),
    ).toEqual([
      ["101", "Miaflow RO", 60, 54, null],
      ["102", "Otto", 30, 30, "is_pinned"],
      ["103", null, 10, 16, null],
    ]);
    await database.db.insert(flowDrafts).values({
      flowId: scene.flowId,
      workspaceId: scene.space.workspaceId,
      base: { offers: [], landings: [] },
      history: [
        { offers: [], landings: [] },
        { offers: [{ id: "103", share: 100, state: "active", isPinned: true }], landings: [] },
      ],
      cursor: 1,
    });
    const drafted = await readAdvice(await scene.context(tracker), { flowId: scene.flowId });
    expect(drafted).toMatchObject({ offers: [{ id: "103", share: 100, isPinned: true }], obstacle: "too_few_judged" });
    expect(advice).toMatchObject({ obstacle: null, from: "2026-11-19", rule: { clicks: 200, conversions: 10 } });
    expect(await database.db.$count(trackerReports, eq(trackerReports.connectionId, scene.connectionId))).toBe(1);
  });

  test("is given beside an offer whose conversions were taken back", async () => {
    tracker.rows.offer_id = [{ offer_id: "101", ...measured("9000", "9000", "-3", "0", "0", "300") }];
    const { offers } = await readAdvice(await scene.context(tracker), { flowId: scene.flowId });
    expect(offers[0]).toMatchObject({ id: "101", clicks: 9_000, conversions: 0, value: { low: "0" } });
  });
});

test("answers leave after thirty days, and one tracker keeps a few hundred", async () => {
  const { connectionId } = scene;
  const mine = { connectionId, workspaceId: scene.space.workspaceId, answer: { rows: [], more: 0 } };
  const count = () => database.db.$count(trackerReports, eq(trackerReports.connectionId, connectionId));
  const aged = (days: number, many: number) =>
    database.db.insert(trackerReports).values(
      Array.from({ length: many }, (_, at) => ({
        ...mine,
        questionKey: `${days}-${at}`,
        readAt: later(-days * 24 * 60 * minute - at),
      })),
    );
  await aged(31, 250);
  await aged(29, 320);
  await readFigures(await scene.context(tracker), { connectionId, period: "today" });
  expect(await count()).toBe(300);
  await aged(40, 5);
  await forgetReports(scene.system({}), {});
  expect(await count()).toBe(300);
  await forgetReports(scene.system({}, later(2 * 24 * 60 * minute)), {});
  expect(await count()).toBe(1);
});
