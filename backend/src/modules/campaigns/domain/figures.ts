/**
 * Figures of a tracker's report: counts as whole numbers, money as exact decimal text in the tracker's own currency. Rates are
 * reckoned here from what was counted, so that a row, its sum and its file never disagree: CR = conversions ÷ clicks,
 * EPC = revenue ÷ clicks, ROI = (revenue − cost) ÷ cost.
 */
import Big from "big.js";

/** What a report is asked for, by the tracker's names; an answer has its values in this order. */
export const measures = ["clicks", "campaign_unique_clicks", "conversions", "sales", "revenue", "cost"] as const;

/** What rows can be, and the tracker's name for it. */
export const dimensionOf = {
  campaign: "campaign_id",
  flow: "stream_id",
  offer: "offer_id",
  landing: "landing_id",
  country: "country_code",
  source: "ts_id",
  day: "day",
} as const;
export const figuresBy = ["campaign", "flow", "offer", "landing", "country", "source", "day", "none"] as const;
export type FiguresBy = (typeof figuresBy)[number];

export interface Figures {
  clicks: number;
  uniques: number;
  conversions: number;
  sales: number;
  revenue: string;
  cost: string;
  profit: string;
  /** Conversions of a click; null without clicks. Above 1 where one click converts several times. */
  cr: number | null;
  /** Revenue of a click, to six digits; null without clicks. */
  epc: string | null;
  /** 0.25: a quarter more came back than was spent. Null where nothing was spent. */
  roi: number | null;
}

/** Far beyond any money or count. "1e30000000" is a number too, and takes the process seconds to write out. */
const largestExponent = 30;

/** A value as a tracker wrote it. What is absent or no number counts as nothing. */
function read(value: string | null | undefined): Big {
  if (value === null || value === undefined) return new Big(0);
  try {
    const number = new Big(value.trim());
    return Math.abs(number.e) > largestExponent ? new Big(0) : number;
  } catch {
    return new Big(0);
  }
}

/** Corrections in a tracker may come to less than nothing. A count is a count: nothing is less than none. */
function readCount(value: string | null | undefined): Big {
  const count = read(value);
  return count.lt(0) ? new Big(0) : count;
}

const rateDigits = 6;
const countOf = (value: Big): number => Number(value.round(0));
const over = (part: Big, whole: Big): Big | null => (whole.eq(0) ? null : part.div(whole).round(rateDigits));

/** Figures of the values of one row, in the order of `measures`. No values: a row that is not in the answer, which saw nothing. */
export function figuresOf(values: readonly (string | null)[] = []): Figures {
  const [clicks, uniques, conversions, sales, revenue, cost] = values;
  return of({
    ...{ clicks: readCount(clicks), uniques: readCount(uniques) },
    ...{ conversions: readCount(conversions), sales: readCount(sales) },
    ...{ revenue: read(revenue), cost: read(cost) },
  });
}

type Sums = Record<"clicks" | "uniques" | "conversions" | "sales" | "revenue" | "cost", Big>;

function of({ clicks, uniques, conversions, sales, revenue, cost }: Sums): Figures {
  const profit = revenue.minus(cost);
  const cr = over(conversions, clicks);
  const roi = over(profit, cost);
  return {
    clicks: countOf(clicks),
    uniques: countOf(uniques),
    conversions: countOf(conversions),
    sales: countOf(sales),
    revenue: revenue.toFixed(),
    cost: cost.toFixed(),
    profit: profit.toFixed(),
    cr: cr && Number(cr),
    epc: over(revenue, clicks)?.toFixed() ?? null,
    roi: roi && Number(roi),
  };
}

/** Rows added up; for a tracker that could not be asked for its own totals. Unique clicks of two rows may be the same people. */
export function sumOf(rows: readonly Figures[]): Figures {
  const sum = (pick: (row: Figures) => string | number) =>
    rows.reduce((total, row) => total.plus(pick(row)), new Big(0));
  return of({
    clicks: sum((row) => row.clicks),
    uniques: sum((row) => row.uniques),
    conversions: sum((row) => row.conversions),
    sales: sum((row) => row.sales),
    revenue: sum((row) => row.revenue),
    cost: sum((row) => row.cost),
  });
}

export const isNothing = (figures: Figures): boolean =>
  figures.clicks === 0 && figures.conversions === 0 && read(figures.revenue).eq(0) && read(figures.cost).eq(0);

/** How much of the earlier value came or went: 0.2 is a fifth more. Null where there was nothing to compare with. */
export function changeOf(now: string | number, before: string | number): number | null {
  const earlier = new Big(before);
  return earlier.eq(0) ? null : Number(new Big(now).minus(earlier).div(earlier.abs()).round(rateDigits));
}

export const figureColumns = [
  "clicks",
  "uniques",
  "conversions",
  "sales",
  "revenue",
  "cost",
  "profit",
  "roi",
  "cr",
  "epc",
] as const;
export type FigureColumn = (typeof figureColumns)[number];

/** Compares two rows by one column, the smaller first. */
const compareBy =
  (column: FigureColumn) =>
  (left: Figures, right: Figures): number =>
    new Big(left[column] ?? 0).cmp(right[column] ?? 0);

/** Rows by one column. What cannot be told (a rate of nothing) stands last in either direction; equal rows keep their order. */
export function sortedBy<Row extends { figures: Figures }>(
  rows: readonly Row[],
  column: FigureColumn,
  order: "asc" | "desc",
): Row[] {
  const compare = compareBy(column);
  const sign = order === "asc" ? 1 : -1;
  return rows.toSorted((left, right) => {
    const [a, b] = [left.figures[column] === null, right.figures[column] === null];
    return a || b ? Number(a) - Number(b) : sign * compare(left.figures, right.figures);
  });
}
