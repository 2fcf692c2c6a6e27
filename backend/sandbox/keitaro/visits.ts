/**
 * What happened in a tracker by day: clicks as its world's traffic says, the same on every machine, and the conversions of its log.
 * Money is counted in ten-thousandths of a dollar, so that sums are exact.
 */
import type { TrackerConversion } from "./log.ts";
import type { TrackerWorld, Traffic, WorldCampaign, WorldFlow } from "./world.ts";

export const unitsPerDollar = 10_000;

export interface Counts {
  clicks: number;
  uniques: number;
  bots: number;
  /** Clicks on from a landing. */
  landingClicks: number;
  leads: number;
  sales: number;
  rejected: number;
  rebills: number;
  cost: number;
  leadRevenue: number;
  saleRevenue: number;
  rejectedRevenue: number;
}

export interface Visits extends Counts {
  campaign: WorldCampaign;
  /** Null for a conversion of a campaign that has no flow. */
  flow: WorldFlow | null;
  /** 0: none. */
  offerId: number;
  landingId: number;
  country: string;
  source: string;
  /** 2026-03-01 in the zone that was asked for. */
  day: string;
  subIds: Readonly<Record<string, string>>;
  creativeId: string;
}

export const noCounts: Counts = {
  clicks: 0,
  uniques: 0,
  bots: 0,
  landingClicks: 0,
  leads: 0,
  sales: 0,
  rejected: 0,
  rebills: 0,
  cost: 0,
  leadRevenue: 0,
  saleRevenue: 0,
  rejectedRevenue: 0,
};

const sourceWords = ["fb", "google", "push"];

/** A number between 0 and 1 that these always give. */
function noise(...of: readonly number[]): number {
  let hash = 2_166_136_261;
  for (const one of of) hash = Math.imul(hash ^ one, 16_777_619) ^ (hash >>> 13);
  hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

export interface DayPart {
  day: string;
  /** How much of it has passed: 1 for every day but today. */
  passed: number;
}

/** Clicks of these flows on these days, and the conversions that they brought where the log does not say. */
export function* clicksOf(
  campaigns: Iterable<WorldCampaign>,
  days: readonly DayPart[],
  isWanted: (flow: WorldFlow) => boolean,
): Generator<Visits> {
  for (const campaign of campaigns)
    for (const flow of campaign.flows) {
      const { traffic } = flow;
      if (traffic.clicksPerDay === 0 || !isWanted(flow)) continue;
      const offers = traffic.offers.length > 0 ? traffic.offers : nothing;
      const landings = traffic.landings.length > 0 ? traffic.landings : nothing;
      for (const { day, passed } of days) {
        const at = Math.floor(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
        // 1970-01-01 was a Thursday; weekends are slower.
        const pace = (at + 4) % 7 === 0 || (at + 4) % 7 === 6 ? 0.7 : 1;
        for (const [offerId, offerPart] of offers)
          for (const [landingId, landingPart] of landings) {
            const luck = 0.75 + noise(flow.id, offerId, landingId, at) * 0.5;
            const clicks = Math.round(traffic.clicksPerDay * pace * passed * offerPart * landingPart * luck);
            if (clicks === 0) continue;
            const place = { campaign, flow, offerId, landingId, country: traffic.country, day };
            const source = sourceWords[(flow.id + offerId + at) % sourceWords.length] ?? "";
            const counts = countsOf(traffic, clicks, landingId, (nth) => noise(flow.id, offerId, landingId, at, nth));
            yield { ...place, source, subIds: {}, creativeId: "", ...counts };
          }
      }
    }
}

const nothing: Traffic["offers"] = [[0, 1]];

function countsOf(
  { costPerClick, leadsPerHundred, payout }: Traffic,
  clicks: number,
  landingId: number,
  dice: (nth: number) => number,
): Counts {
  // A few clicks a day bring a sale a week: what is cut off here comes back on another day.
  const part = (of: number, share: number, nth: number) => Math.min(of, Math.floor(of * share + dice(nth)));
  const came = part(clicks, leadsPerHundred / 100, 1);
  const sales = part(came, 0.4, 2);
  const rejected = part(came - sales, 0.15, 3);
  return {
    ...noCounts,
    clicks,
    uniques: part(clicks, 0.85, 4),
    bots: part(clicks, 0.02, 5),
    landingClicks: landingId === 0 ? 0 : part(clicks, 0.45, 6),
    leads: came - sales - rejected,
    sales,
    rejected,
    cost: clicks * Math.round(costPerClick * unitsPerDollar),
    saleRevenue: sales * Math.round(payout * unitsPerDollar),
  };
}

/** The conversions of the log, by the day of their click. Those of campaigns that the world does not know are left out. */
export function* conversionsOf(
  world: TrackerWorld,
  log: readonly TrackerConversion[],
  dayOf: (at: Date) => string,
): Generator<Visits> {
  const landingIds = new Map([...world.landings.values()].map(({ id, name }) => [name, id]));
  for (const conversion of log) {
    const campaign = world.campaigns.get(conversion.campaignId);
    if (!campaign) continue;
    const flow = flowOf(campaign, conversion);
    const seen = conversion.landingId || landingIds.get(conversion.landing) || 0;
    yield {
      ...noCounts,
      ...outcomeOf(conversion),
      campaign,
      flow,
      offerId: conversion.offerId || (flow?.traffic.offers[0]?.[0] ?? 0),
      landingId: flow?.traffic.landings.some(([id]) => id === seen) ? seen : 0,
      country: conversion.country,
      source: conversion.source,
      day: dayOf(conversion.clickedAt),
      subIds: conversion.subIds,
      creativeId: conversion.creativeId,
    };
  }
}

/** A conversion does not say which flow it came through: one that has the offer, the busier the likelier. */
export function flowOf({ flows }: WorldCampaign, { id, offerId }: TrackerConversion): WorldFlow | null {
  const has = ({ traffic }: WorldFlow) => traffic.offers.some(([known]) => offerId === 0 || known === offerId);
  const able = flows.some(has) ? flows.filter(has) : flows;
  let left = noise(id) * able.reduce((sum, { traffic }) => sum + traffic.clicksPerDay, 0);
  for (const flow of able) {
    left -= flow.traffic.clicksPerDay;
    if (left < 0) return flow;
  }
  return able[0] ?? null;
}

/** A conversion counts once, by its present status. */
function outcomeOf({ status, revenue }: TrackerConversion): Partial<Counts> {
  const money = Math.round(Number(revenue) * unitsPerDollar);
  switch (status) {
    case "lead":
    case "registration":
      return { leads: 1, leadRevenue: money };
    case "rejected":
    case "trash":
      return { rejected: 1, rejectedRevenue: money };
    case "rebill":
      return { sales: 1, rebills: 1, saleRevenue: money };
    default:
      return { sales: 1, saleRevenue: money };
  }
}
