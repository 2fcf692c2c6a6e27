import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type KeitaroStandIn, startKeitaroStandIn } from "./index.ts";

let tracker: KeitaroStandIn;
beforeAll(() => {
  tracker = startKeitaroStandIn({ dialect: "both" });
});
afterAll(() => tracker.stop());

const week = { from: "2026-03-02", to: "2026-03-08", timezone: "Europe/Kyiv" };

async function report(body: object): Promise<{ status: number; rows: Record<string, number>[]; error: string }> {
  const answer = await fetch(`${tracker.url}/admin_api/v1/report/build`, {
    method: "POST",
    headers: { "api-key": tracker.apiKey },
    body: JSON.stringify(body),
  });
  const { rows = [], error = "" } = (await answer.json()) as { rows?: Record<string, number>[]; error?: string };
  return { status: answer.status, rows, error };
}

const only = (name: string, expression: unknown) => [{ name, operator: "EQUALS", expression }];
const sum = (rows: Record<string, number>[], name: string) => rows.reduce((all, row) => all + (row[name] ?? 0), 0);

describe("a report", () => {
  test("says the same however often it is asked, and its parts come to its whole", async () => {
    const measures = ["clicks", "cost"];
    const filters = only("campaign_id", 15);
    const [total] = (await report({ range: week, measures, filters })).rows;
    expect(total?.clicks).toBeGreaterThan(1_000);
    for (const dimension of ["day", "stream_id", "offer_id", "landing_id", "country_code", "source", "ts_id"]) {
      const { rows } = await report({ range: week, dimensions: [dimension], measures, filters });
      expect([dimension, sum(rows, "clicks")]).toEqual([dimension, total?.clicks ?? 0]);
      expect(Math.round(sum(rows, "cost") * 100)).toBe(Math.round((total?.cost ?? 0) * 100));
    }
    expect((await report({ range: week, measures, filters })).rows[0]).toEqual(total ?? {});
  });

  test("has one row without dimensions and none for what saw nobody", async () => {
    const ask = (dimensions: string[]) =>
      report({ range: week, dimensions, measures: ["clicks"], filters: only("stream_id", 5031) });
    expect((await ask([])).rows).toEqual([{ clicks: 0 }]);
    expect((await ask(["offer_id"])).rows).toEqual([]);
  });

  test("has nobody before the first day that had visitors", async () => {
    const ask = () =>
      report({ range: week, dimensions: ["day"], measures: ["clicks"], filters: only("campaign_id", 50) });
    expect((await ask()).rows).toHaveLength(7);
    tracker.world.beganOn = "2026-03-06";
    expect((await ask()).rows.map(({ day }) => String(day))).toEqual(["2026-03-06", "2026-03-07", "2026-03-08"]);
    tracker.world.beganOn = null;
  });

  test("stays what it was when the flow is changed afterwards", async () => {
    const ask = () =>
      report({ range: week, dimensions: ["offer_id"], measures: ["clicks"], filters: only("stream_id", 5003) });
    const before = await ask();
    tracker.drift(5003, { offers: [{ offer_id: 105, share: 100 }] });
    expect(await ask()).toEqual(before);
  });

  test("counts a conversion once, by its present status, on the day of its click in the zone that is asked for", async () => {
    const at = (moment: string) => new Date(`${moment}Z`);
    const base = { campaignId: 22, offerId: 118, landing: "Video story", country: "PL" };
    // Half past eleven at night in Kyiv, the next day in Tokyo.
    tracker.load([
      {
        ...base,
        subid: "r1",
        status: "lead",
        clickedAt: at("2026-03-03T21:30:00"),
        postbackAt: at("2026-03-03T22:00:00"),
      },
      { ...base, subid: "r1", status: "sale", revenue: "12.345", postbackAt: at("2026-03-05T10:00:00") },
      { ...base, subid: "r2", status: "registration", clickedAt: at("2026-03-03T21:30:00") },
      { ...base, subid: "r3", status: "rejected", clickedAt: at("2026-03-03T21:30:00"), revenue: "5" },
    ]);
    const ask = async (timezone: string) =>
      (
        await report({
          range: { ...week, timezone },
          dimensions: ["day", "landing_id"],
          measures: ["conversions", "leads", "sales", "rejected", "revenue", "sale_revenue"],
          filters: only("campaign_id", 22),
        })
      ).rows.filter(({ conversions }) => (conversions ?? 0) > 0);
    const counts = {
      landing_id: 11,
      conversions: 3,
      leads: 1,
      sales: 1,
      rejected: 1,
      revenue: 12.345,
      sale_revenue: 12.345,
    };
    expect(await ask("Europe/Kyiv")).toEqual([{ day: "2026-03-03", ...counts }] as never);
    expect(await ask("Asia/Tokyo")).toEqual([{ day: "2026-03-04", ...counts }] as never);
  });

  test("gives a conversion to a flow that has its offer, and to a landing that this flow has", async () => {
    const base = {
      campaignId: 15,
      offerId: 101,
      landing: "Quiz",
      country: "AU",
      clickedAt: new Date("2026-03-10T10:00:00Z"),
    };
    tracker.load(Array.from({ length: 60 }, (_, n) => ({ ...base, subid: `f${n}` })));
    tracker.load([{ ...base, subid: "without", offerId: 0 }]);
    const { rows } = await report({
      range: { from: "2026-03-10", to: "2026-03-10", timezone: "UTC" },
      dimensions: ["stream_id", "offer_id", "landing_id"],
      measures: ["sales"],
      filters: only("campaign_id", 15),
    });
    const earning = rows.filter(({ sales }) => (sales ?? 0) > 0);
    expect(sum(earning, "sales")).toBe(61);
    // The flow without landings has its part of them too.
    expect(new Set(earning.map((row) => `${row.stream_id} ${row.offer_id} ${row.landing_id}`))).toEqual(
      new Set(["5002 101 10", "5003 101 0"]),
    );
  });

  test("has ratios out of its sums, never of nothing", async () => {
    const measures = ["clicks", "cost", "revenue", "profit", "roi", "epc", "cr", "conversions", "cpl"];
    const [row] = (await report({ range: week, measures, filters: only("campaign_id", 50) })).rows;
    const { clicks = 0, cost = 0, revenue = 0, profit = 0, roi, epc, cr, conversions = 0 } = row ?? {};
    expect(profit).toBeCloseTo(revenue - cost, 4);
    expect(roi).toBeCloseTo((100 * profit) / cost, 1);
    expect(epc).toBeCloseTo(revenue / clicks, 3);
    expect(cr).toBeCloseTo((100 * conversions) / clicks, 1);
    const [empty] = (await report({ range: week, measures, filters: only("stream_id", 5031) })).rows;
    expect(new Set(Object.values(empty ?? {}))).toEqual(new Set([0]));
  });

  test("is sorted and cut as it is asked", async () => {
    const { rows } = await report({
      range: week,
      dimensions: ["campaign_id"],
      measures: ["clicks"],
      sort: [{ name: "clicks", order: "DESC" }],
      limit: 3,
    });
    expect(rows).toHaveLength(3);
    expect(rows.map(({ clicks }) => clicks)).toEqual(rows.map(({ clicks }) => clicks ?? 0).toSorted((a, b) => b - a));
  });
});

describe("a question", () => {
  test("is refused with what is valid: names, operators, spans, zones", async () => {
    const good = { range: week, dimensions: ["day"], measures: ["clicks"] };
    for (const [wrong, told] of [
      [{ dimensions: ["traffic_source_id"] }, "ts_id"],
      [{ measures: ["sale_cr"] }, "crs"],
      [{ filters: [{ name: "campaign_id", operator: "IN", expression: [15] }] }, "IN_LIST"],
      [{ filters: [{ name: "nobody", operator: "EQUALS", expression: 1 }] }, "campaign_id"],
      [{ range: { interval: "last_week" } }, "7_days_ago"],
      [{ range: { ...week, timezone: "Kyiv" } }, "timezone"],
      [{ range: { from: "yesterday", to: "today" } }, "dates"],
      [{ totals: true }, "dimensions"],
      [{ sort: [{ name: "clicks", order: "UP" }] }, "ASC"],
    ] as const) {
      const { status, error } = await report({ ...good, ...wrong });
      expect([wrong, status]).toEqual([wrong, 400]);
      expect(error).toContain(told);
    }
  });

  test("has one spelling in a new build and another in an old one", async () => {
    const spellings = [
      { range: week, dimensions: ["day"], measures: ["clicks"] },
      { range: week, grouping: ["day"], metrics: ["clicks"] },
      { range: week, columns: ["day", "clicks"] },
    ];
    const statuses = async () => Promise.all(spellings.map(async (body) => (await report(body)).status));
    tracker.dialect = "new";
    expect(await statuses()).toEqual([200, 400, 400]);
    tracker.dialect = "old";
    expect(await statuses()).toEqual([400, 200, 200]);
    tracker.dialect = "both";
    const answers = await Promise.all(spellings.map(report));
    expect(new Set(answers.map(({ rows }) => JSON.stringify(rows))).size).toBe(1);
  });

  test("may name a span by a word, the present day in part", async () => {
    const clicks = async (range: object) =>
      (await report({ range: { timezone: "UTC", ...range }, measures: ["clicks"] })).rows[0]?.clicks ?? 0;
    expect(await clicks({ interval: "7_days_ago" })).toBeGreaterThan(await clicks({ interval: "yesterday" }));
    expect(await clicks({ from: "2999-01-01", to: "2999-01-07" })).toBe(0);
  });
});
