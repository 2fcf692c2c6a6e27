/** Measures of a report, each out of counts that add up. Ratios are percents or dollars; what cannot be divided is 0. */
import { type Counts, unitsPerDollar } from "./visits.ts";

export type Measure = (counts: Counts) => number;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
const dollars = (units: number): number => units / unitsPerDollar;
const perHundred = (part: number, of: number): number => (of === 0 ? 0 : rounded((100 * part) / of, 2));
/** Dollars for each, or for each thousand. */
const each = (units: number, of: number, times = 1): number =>
  of === 0 ? 0 : rounded((dollars(units) * times) / of, 4);

const conversions = ({ leads, sales, rejected }: Counts): number => leads + sales + rejected;
const revenue = ({ leadRevenue, saleRevenue }: Counts): number => leadRevenue + saleRevenue;
const profit = (counts: Counts): number => revenue(counts) - counts.cost;
const confirmed = ({ saleRevenue, cost }: Counts): number => saleRevenue - cost;

export const measures: Readonly<Record<string, Measure>> = {
  clicks: ({ clicks }) => clicks,
  campaign_unique_clicks: ({ uniques }) => uniques,
  stream_unique_clicks: ({ uniques }) => uniques,
  global_unique_clicks: ({ uniques }) => uniques,
  uc_campaign_rate: ({ uniques, clicks }) => perHundred(uniques, clicks),
  uc_stream_rate: ({ uniques, clicks }) => perHundred(uniques, clicks),
  uc_global_rate: ({ uniques, clicks }) => perHundred(uniques, clicks),
  bots: ({ bots }) => bots,
  bot_share: ({ bots, clicks }) => perHundred(bots, clicks),
  proxies: () => 0,
  empty_referrers: () => 0,
  conversions,
  leads: ({ leads }) => leads,
  sales: ({ sales }) => sales,
  rejected: ({ rejected }) => rejected,
  rebills: ({ rebills }) => rebills,
  approve: (counts) => perHundred(counts.sales, conversions(counts)),
  lp_clicks: ({ landingClicks }) => landingClicks,
  lp_ctr: ({ landingClicks, clicks }) => perHundred(landingClicks, clicks),
  cr: (counts) => perHundred(conversions(counts), counts.clicks),
  crs: ({ sales, clicks }) => perHundred(sales, clicks),
  crl: ({ leads, clicks }) => perHundred(leads, clicks),
  roi: (counts) => perHundred(profit(counts), counts.cost),
  roi_confirmed: (counts) => perHundred(confirmed(counts), counts.cost),
  epc: (counts) => each(revenue(counts), counts.clicks),
  epc_confirmed: ({ saleRevenue, clicks }) => each(saleRevenue, clicks),
  cps: ({ cost, sales }) => each(cost, sales),
  cpa: (counts) => each(counts.cost, conversions(counts)),
  cpl: ({ cost, leads }) => each(cost, leads),
  cpc: ({ cost, clicks }) => each(cost, clicks),
  ecpc: ({ cost, clicks }) => each(cost, clicks),
  ecpm: (counts) => each(revenue(counts), counts.clicks, 1_000),
  ecpm_confirmed: ({ saleRevenue, clicks }) => each(saleRevenue, clicks, 1_000),
  ec: (counts) => each(revenue(counts), conversions(counts)),
  ec_confirmed: ({ saleRevenue, sales }) => each(saleRevenue, sales),
  profitability: (counts) => perHundred(profit(counts), revenue(counts)),
  cost: ({ cost }) => dollars(cost),
  revenue: (counts) => dollars(revenue(counts)),
  profit: (counts) => dollars(profit(counts)),
  lead_revenue: ({ leadRevenue }) => dollars(leadRevenue),
  sale_revenue: ({ saleRevenue }) => dollars(saleRevenue),
  rejected_revenue: ({ rejectedRevenue }) => dollars(rejectedRevenue),
  profit_confirmed: (counts) => dollars(confirmed(counts)),
};
