/**
 * Which shares a flow's offers could have, by what their clicks earned. It suggests and never acts. An offer is judged when it has
 * enough clicks and conversions, or so many clicks that few conversions say enough by themselves; whoever is not judged keeps his
 * share, and so does whoever is pinned. The judged ones divide what is left in proportion to the lower end of their interval: an
 * offer that was lucky with a few conversions has a wide one, and gets less than its average promises.
 */
import Big from "big.js";
import { isActive, type ShareRow } from "./shares.ts";

export const shareMeasures = ["epc", "roi"] as const;
export type ShareMeasure = (typeof shareMeasures)[number];

export const adviceRule = { clicks: 200, conversions: 10, clicksAlone: 2_000, confidence: 0.95 } as const;
/** Standard deviations of a normal distribution that hold 95 % of it. */
const z = 1.96;

export const leftOutReasons = ["is_off", "is_pinned", "too_few_clicks", "too_few_conversions", "no_cost"] as const;
export type LeftOut = (typeof leftOutReasons)[number];

export interface OfferFacts {
  clicks: number;
  conversions: number;
  /** Exact decimal text. */
  revenue: string;
  cost: string;
}

/** Amounts to six digits: revenue of a click, or of each unit of cost (1.25: a quarter more than was spent). */
export interface Interval {
  low: string;
  estimate: string;
  high: string;
}

export interface AdvisedRow {
  id: string;
  suggested: number | null;
  value: Interval | null;
  leftOut: LeftOut | null;
}

export interface AdvisedShares {
  rows: AdvisedRow[];
  obstacle: "too_few_judged" | "no_room" | null;
  mayBeChance: boolean;
}

const digits = 6;

/**
 * Conversions of a click with their interval. Wilson's score interval in its form for counts that have no upper bound, since one
 * click may convert several times (rebills); where conversions are rare both forms are the same.
 */
export function rateInterval(conversions: number, clicks: number): { low: Big; estimate: Big; high: Big } {
  const count = new Big(conversions);
  const middle = count.plus(new Big(z).pow(2).div(2));
  const reach = new Big(z).times(count.plus(new Big(z).pow(2).div(4)).sqrt());
  const low = middle.minus(reach);
  return {
    low: (low.lt(0) ? new Big(0) : low).div(clicks),
    estimate: count.div(clicks),
    high: middle.plus(reach).div(clicks),
  };
}

/**
 * What a click, or a unit of cost, brings back: the interval of the conversions times what one of them is worth on average.
 * `worthOfOne` stands in for an offer that has not converted at all. Null without clicks, and without cost where that is asked.
 */
export function worthOf(facts: OfferFacts, by: ShareMeasure, worthOfOne: Big): Interval | null {
  if (facts.clicks <= 0) return null;
  const cost = new Big(facts.cost);
  if (by === "roi" && cost.lte(0)) return null;
  const worth = facts.conversions > 0 ? new Big(facts.revenue).div(facts.conversions) : worthOfOne;
  const per = by === "roi" ? worth.times(facts.clicks).div(cost) : worth;
  const { low, estimate, high } = rateInterval(facts.conversions, facts.clicks);
  const text = (rate: Big) => rate.times(per).round(digits).toFixed();
  return { low: text(low), estimate: text(estimate), high: text(high) };
}

const nothing: OfferFacts = { clicks: 0, conversions: 0, revenue: "0", cost: "0" };

function whyNot(row: ShareRow, { clicks, conversions, cost }: OfferFacts, by: ShareMeasure): LeftOut | null {
  if (!isActive(row)) return "is_off";
  if (row.isPinned) return "is_pinned";
  if (clicks < adviceRule.clicks) return "too_few_clicks";
  if (conversions < adviceRule.conversions && clicks < adviceRule.clicksAlone) return "too_few_conversions";
  return by === "roi" && new Big(cost).lte(0) ? "no_cost" : null;
}

export function adviseShares(
  rows: readonly ShareRow[],
  factsOf: ReadonlyMap<string, OfferFacts>,
  by: ShareMeasure,
): AdvisedShares {
  const facts = (row: ShareRow) => factsOf.get(row.id) ?? nothing;
  const all = rows.map(facts);
  const conversions = all.reduce((sum, one) => sum + one.conversions, 0);
  const revenue = all.reduce((sum, one) => sum.plus(one.revenue), new Big(0));
  const worthOfOne = conversions === 0 ? new Big(0) : revenue.div(conversions);
  const advised = rows.map(
    (row): AdvisedRow => ({
      id: row.id,
      suggested: null,
      value: worthOf(facts(row), by, worthOfOne),
      leftOut: whyNot(row, facts(row), by),
    }),
  );
  const judged = advised.filter(
    (row): row is AdvisedRow & { value: Interval } => row.leftOut === null && row.value !== null,
  );
  if (judged.length < 2) return { rows: advised, obstacle: "too_few_judged", mayBeChance: false };

  const isJudged = new Set(judged.map(({ id }) => id));
  const kept = rows.filter((row) => isActive(row) && !isJudged.has(row.id));
  const left = 100 - kept.reduce((sum, row) => sum + row.share, 0);
  // A tracker may hold shares that are no whole percents; nothing that could be written can be suggested beside them.
  const isWritable = kept.every(({ share }) => Number.isInteger(share) && share >= 0);
  if (!isWritable || left < judged.length) return { rows: advised, obstacle: "no_room", mayBeChance: false };

  const divided = divide(
    left,
    judged.map(({ value }) => new Big(value.low)),
  );
  const suggested = new Map(judged.map(({ id }, place) => [id, divided[place] ?? 1]));
  for (const row of kept) suggested.set(row.id, row.share);
  return {
    rows: advised.map((row) => ({ ...row, suggested: suggested.get(row.id) ?? null })),
    obstacle: null,
    mayBeChance: judged.every((one) => judged.every((other) => new Big(one.value.low).lte(other.value.high))),
  };
}

/**
 * `total` in whole parts of at least 1, in proportion to the weights; `total` is no less than their number. What does not divide
 * goes to the largest remainders, the first of equal ones first. Without any weight all are even.
 */
export function divide(total: number, weights: readonly Big[]): number[] {
  const parts = weights.map(() => 1);
  let open = weights.map((_, place) => place);
  // Whoever would get less than 1 is given it, and the others divide what is left; they cannot all be poor.
  for (;;) {
    const free = total - (weights.length - open.length);
    const sum = open.reduce((all, place) => all.plus(weights[place] ?? 0), new Big(0));
    const exact = new Map(
      open.map((place) => [
        place,
        sum.eq(0) ? new Big(free).div(open.length) : new Big(weights[place] ?? 0).times(free).div(sum),
      ]),
    );
    const poor = open.filter((place) => exact.get(place)?.lt(1));
    if (poor.length === 0) return roundOff(parts, exact, free);
    open = open.filter((place) => !poor.includes(place));
  }
}

function roundOff(parts: number[], exact: ReadonlyMap<number, Big>, free: number): number[] {
  const wholes = [...exact].map(([place, value]) => {
    const whole = Number(value.round(0, Big.roundDown));
    return { place, whole, rest: value.minus(whole) };
  });
  const over = free - wholes.reduce((sum, { whole }) => sum + whole, 0);
  const lucky = new Set(
    wholes
      .toSorted((left, right) => right.rest.cmp(left.rest) || left.place - right.place)
      .slice(0, over)
      .map(({ place }) => place),
  );
  for (const { place, whole } of wholes) parts[place] = whole + (lucky.has(place) ? 1 : 0);
  return parts;
}
