import { afterEach, describe, expect, test } from "bun:test";
import { createOutbound } from "@backend/kit/outbound.ts";
import type { ReportQuestion } from "@backend/modules/campaigns/ports.ts";
import { type KeitaroOptions, type KeitaroStandIn, startKeitaroStandIn } from "@sandbox/keitaro/index.ts";
import { keitaroClient } from "./client.ts";
import { keitaroReports } from "./reports.ts";
import { problemOf } from "./testing.ts";

const running: KeitaroStandIn[] = [];
afterEach(async () => {
  for (const tracker of running.splice(0)) await tracker.stop();
});

function open(options: KeitaroOptions = {}) {
  const tracker = startKeitaroStandIn(options);
  running.push(tracker);
  const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
  const reports = keitaroReports(keitaroClient({ outbound, pause: async () => {} }));
  return { tracker, reports, access: { apiUrl: tracker.url, apiKey: tracker.apiKey } };
}

/** Reports of a tracker that gives this answer. */
function answering(answer: string) {
  const client = keitaroClient({
    outbound: async () => ({ status: 200, headers: {}, body: new TextEncoder().encode(answer) }),
  });
  return keitaroReports(client).build({ apiUrl: "https://tracker.example", apiKey: "k" }, question, "new");
}

const question: ReportQuestion = {
  from: "2026-03-02",
  to: "2026-03-08",
  timeZone: "Europe/Kyiv",
  dimensions: ["stream_id", "offer_id"],
  measures: ["clicks", "revenue", "cost", "roi"],
  filters: [{ name: "campaign_id", operator: "EQUALS", expression: "15" }],
};

describe("a report", () => {
  test("is asked for by days of a zone, and answers with text", async () => {
    const { tracker, reports, access } = open();
    const { rows } = await reports.build(access, question, null);
    expect(tracker.calls[0]).toMatchObject({
      method: "POST",
      path: "/admin_api/v1/report/build",
      body: {
        range: { from: "2026-03-02", to: "2026-03-08", timezone: "Europe/Kyiv" },
        dimensions: ["stream_id", "offer_id"],
        measures: ["clicks", "revenue", "cost", "roi"],
      },
    });
    expect(rows.length).toBeGreaterThan(3);
    for (const row of rows) for (const value of Object.values(row)) expect(typeof value).toBe("string");
    const total = await reports.build(access, { ...question, dimensions: [] }, null);
    expect(total.rows).toHaveLength(1);
    expect(rows.reduce((sum, { clicks }) => sum + Number(clicks), 0)).toBe(Number(total.rows[0]?.clicks));
  });

  test("is asked in the older spelling where the newer is refused, which is found out once", async () => {
    const { tracker, reports, access } = open({ dialect: "old" });
    const first = await reports.build(access, question, null);
    expect([first.dialect, tracker.calls.length]).toEqual(["old", 2]);
    const again = await reports.build(access, question, first.dialect);
    expect(again).toEqual(first);
    expect(tracker.calls).toHaveLength(3);
    // After an upgrade the remembered spelling is the refused one.
    tracker.dialect = "new";
    expect(await reports.build(access, question, "old")).toEqual({ ...first, dialect: "new" });
  });

  test("that no spelling gets is refused, and is not asked again and again", async () => {
    const { tracker, reports, access } = open();
    expect(await problemOf(reports.build(access, { ...question, measures: ["sale_cr"] }, null))).toBe(
      "request_refused",
    );
    expect(tracker.calls).toHaveLength(2);
    tracker.fail({ status: 503 });
    expect(await problemOf(reports.build(access, question, "new"))).toBe("failing");
    expect(tracker.calls).toHaveLength(4);
    tracker.fail("not_json_list");
    expect(await problemOf(reports.build(access, question, "new"))).toBe("unreadable");
  });

  test("keeps every digit, and tells absent from zero", async () => {
    const row = `{"offer_id":101,"offer":" Ünï ","clicks":"1200","revenue":"1234567890.123456","cost":12.5,"cpc":1e-7,"roi":-100,"lp_ctr":0,"approve":null,"epc":"","ts":{}}`;
    expect((await answering(`{"rows":[${row}],"total":1,"meta":[]}`)).rows).toEqual([
      {
        offer_id: "101",
        offer: "Ünï",
        clicks: "1200",
        revenue: "1234567890.123456",
        cost: "12.5",
        cpc: "0.0000001",
        roi: "-100",
        lp_ctr: "0",
        approve: null,
        epc: null,
        ts: null,
      },
    ]);
  });
});
