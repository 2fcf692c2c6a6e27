import { describe, expect, test } from "bun:test";
import Big from "big.js";
import fc from "fast-check";
import { adviceRule, adviseShares, divide, type OfferFacts, rateInterval, worthOf } from "./advice.ts";
import { rebalance, type ShareRow } from "./shares.ts";

const row = (id: string, share: number, over: Partial<ShareRow> = {}): ShareRow => ({
  ...{ id, share, state: "active", isPinned: false },
  ...over,
});
const facts = (clicks: number, conversions: number, revenue: number, cost = clicks / 10): OfferFacts => ({
  ...{ clicks, conversions },
  ...{ revenue: String(revenue), cost: String(cost) },
});
const advise = (rows: ShareRow[], known: Record<string, OfferFacts>, by: "epc" | "roi" = "epc") =>
  adviseShares(rows, new Map(Object.entries(known)), by);
const shares = (advice: ReturnType<typeof advise>) => advice.rows.map(({ suggested }) => suggested);

describe("an interval", () => {
  test("holds its estimate, never goes below nothing, and narrows with more clicks of the same rate", () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 100_000 }), (conversions, clicks) => {
        const { low, estimate, high } = rateInterval(conversions, clicks);
        expect(low.gte(0) && low.lte(estimate) && estimate.lte(high)).toBe(true);
        const wide = rateInterval(conversions * 4, clicks * 4);
        expect(wide.high.minus(wide.low).lte(high.minus(low))).toBe(true);
      }),
    );
  });

  test("is Wilson's where conversions are rare", () => {
    const { low, high } = rateInterval(20, 10_000);
    expect([Number(low.toFixed(4)), Number(high.toFixed(4))]).toEqual([0.0013, 0.0031]);
  });

  test("of an offer that never converted is what one conversion is worth elsewhere; of one without clicks there is none", () => {
    expect(worthOf(facts(3_000, 0, 0), "epc", new Big(10))).toMatchObject({ low: "0", estimate: "0" });
    expect(Number(worthOf(facts(3_000, 0, 0), "epc", new Big(10))?.high)).toBeCloseTo(0.0128, 3);
    expect(worthOf(facts(0, 0, 0), "epc", new Big(10))).toBeNull();
    expect(worthOf(facts(100, 5, 50, 0), "roi", new Big(0))).toBeNull();
  });
});

describe("advice", () => {
  test("gives more to what earned more for certain", () => {
    const advice = advise([row("a", 50), row("b", 50)], { a: facts(10_000, 400, 4_000), b: facts(10_000, 100, 1_000) });
    expect(shares(advice)).toEqual([82, 18]);
    expect(advice).toMatchObject({ obstacle: null, mayBeChance: false });
  });

  test("says when the difference may be chance", () => {
    const advice = advise([row("a", 50), row("b", 50)], { a: facts(300, 14, 140), b: facts(300, 11, 110) });
    expect(advice.mayBeChance).toBe(true);
  });

  test("leaves alone what is pinned, off, or has too little data, and says why", () => {
    const advice = advise(
      [
        row("a", 40),
        row("b", 20, { isPinned: true }),
        row("c", 15),
        row("d", 10),
        row("e", 15),
        row("off", 9, { state: "disabled" }),
      ],
      {
        a: facts(9_000, 90, 900),
        b: facts(9_000, 10, 100),
        c: facts(150, 12, 90),
        d: facts(900, 4, 40),
        e: facts(9_000, 90, 900),
      },
    );
    expect(advice.rows.map(({ leftOut }) => leftOut)).toEqual([
      null,
      "is_pinned",
      "too_few_clicks",
      "too_few_conversions",
      null,
      "is_off",
    ]);
    expect(shares(advice)).toEqual([28, 20, 15, 10, 27, null]);
  });

  test("judges an offer that took very many clicks and brought nothing", () => {
    const advice = advise([row("a", 50), row("b", 50)], {
      a: facts(2_000, 40, 400),
      b: facts(adviceRule.clicksAlone, 0, 0),
    });
    expect(shares(advice)).toEqual([99, 1]);
  });

  test("has nothing to say of one offer, without cost by ROI, or where the others leave no room", () => {
    const good = facts(9_000, 90, 900);
    expect(advise([row("a", 50), row("b", 50)], { a: good }).obstacle).toBe("too_few_judged");
    const free = { a: facts(9_000, 90, 900, 0), b: facts(9_000, 90, 900, 0) };
    expect(advise([row("a", 50), row("b", 50)], free, "roi")).toMatchObject({
      obstacle: "too_few_judged",
      rows: [{ leftOut: "no_cost" }, { leftOut: "no_cost" }],
    });
    const pinned = row("p", 99, { isPinned: true });
    expect(advise([pinned, row("a", 1), row("b", 0)], { a: good, b: good }).obstacle).toBe("no_room");
    const halves = [row("a", 20), row("b", 20), row("c", 30.5), row("d", 29.5)];
    expect(advise(halves, { a: good, b: good }).obstacle).toBe("no_room");
  });

  test("always sums to 100 in whole percents that can be assigned, with at least 1 for each that is judged, and moves nobody else", () => {
    const offer = fc.record({
      isPinned: fc.boolean(),
      state: fc.constantFrom("active", "active", "active", "disabled"),
      clicks: fc.nat(20_000),
      conversions: fc.nat(500),
      cents: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(fc.array(offer, { minLength: 2, maxLength: 30 }), (offers) => {
        const rows = offers.map(({ isPinned, state }, at) => row(String(at), at % 4, { isPinned, state }));
        const known = offers.map(({ clicks, conversions, cents }) => facts(clicks, conversions, cents / 100));
        const advice = adviseShares(rows, new Map(known.map((one, at) => [String(at), one])), "epc");
        if (advice.obstacle !== null) return expect(shares(advice).every((share) => share === null)).toBe(true);
        const taken = advice.rows.flatMap(({ id, suggested }) =>
          suggested === null ? [] : [{ id, share: suggested }],
        );
        expect(rebalance(rows, { kind: "assign", shares: taken })).toMatchObject({ ok: true });
        const active = advice.rows.filter((_, at) => rows[at]?.state === "active");
        expect(active.reduce((sum, { suggested }) => sum + (suggested ?? Number.NaN), 0)).toBe(100);
        for (const [at, one] of advice.rows.entries()) {
          if (one.leftOut === "is_off") expect(one.suggested).toBeNull();
          else if (one.leftOut !== null) expect(one.suggested).toBe(rows[at]?.share ?? null);
          else expect(one.suggested).toBeGreaterThanOrEqual(1);
        }
      }),
    );
  });
});

test("dividing keeps the order of the weights", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 60 }), fc.nat(400), (weights, more) => {
      const parts = divide(
        weights.length + more,
        weights.map((one) => new Big(one)),
      );
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(weights.length + more);
      for (const [i, left] of weights.entries())
        for (const [j, right] of weights.entries())
          if (left > right) expect(parts[i] ?? 0).toBeGreaterThanOrEqual(parts[j] ?? 0);
    }),
  );
});
