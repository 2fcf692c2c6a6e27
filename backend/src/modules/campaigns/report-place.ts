/** What figures are asked of, and for which days: the steps that figures, their file and the advice share. */
import type { ActionContext } from "@backend/kit/context.ts";
import { invalid } from "@backend/kit/errors.ts";
import { dayIn, findTracker, type Tracker } from "@backend/modules/conversions/index.ts";
import { timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import { addDays, longestDays, type Period, problemOf } from "@backend/modules/reports/index.ts";
import { findOwnCampaign } from "./campaign-queries.ts";
import { dimensionOf, type FiguresBy, measures } from "./domain/figures.ts";
import { campaignNotFound, flowNotFound, trackerNotFound } from "./errors.ts";
import type { ReportQuestion } from "./ports.ts";
import type { FigurePeriod } from "./report-contracts.ts";
import type { ReportReading } from "./report-desk.ts";
import { periodMissing, placeMissing } from "./report-errors.ts";
import { type CampaignPlace, type FlowPlace, findOwnFlowPlace, findReportHabits } from "./report-queries.ts";
import { problemWords } from "./tracker-problems.ts";

export interface Place {
  tracker: Tracker;
  campaign: CampaignPlace | null;
  flow: FlowPlace | null;
  /** IANA; of the tracker as our people set it, else the workspace's. */
  timeZone: string;
}

interface Named {
  connectionId?: string;
  campaignId?: string;
  flowId?: string;
}

/** A stranger's thing is not found, and neither is one whose connection the actor is not shown. */
export async function seePlace(ctx: ActionContext, named: Named): Promise<Place> {
  const { workspaceId } = ctx.actor;
  const flow = named.flowId ? await findOwnFlowPlace(ctx.db, workspaceId, named.flowId) : null;
  if (named.flowId && !flow) throw flowNotFound();
  const campaignId = named.campaignId ?? flow?.campaign.id;
  const campaign = flow?.campaign ?? (campaignId ? await findOwnCampaign(ctx.db, workspaceId, campaignId) : null);
  if (campaignId && campaign?.id !== campaignId) throw flow ? flowNotFound() : campaignNotFound();
  const connectionId = named.connectionId ?? campaign?.connectionId;
  if (connectionId === undefined) throw placeMissing();
  if (campaign && campaign.connectionId !== connectionId) throw campaignNotFound();
  const tracker = await findTracker(ctx, connectionId);
  if (!tracker) throw flow ? flowNotFound() : campaign ? campaignNotFound() : trackerNotFound();
  const habits = await findReportHabits(ctx.db, connectionId);
  const timeZone = habits.timeZone ?? (await timeZoneOfWorkspace(ctx.db, workspaceId));
  return { tracker, campaign, flow, timeZone };
}

export interface AskedPeriod {
  period?: FigurePeriod;
  from?: string;
  to?: string;
}

/** The days that were asked for; `today` is the day it is in the zone of the figures. */
export function periodOf(asked: AskedPeriod, now: Date, timeZone: string): Period & { today: string } {
  const today = dayIn(now, timeZone);
  const period = daysAsked(asked, today);
  const problem = problemOf(period, false);
  if (problem) throw invalid(`reports.statistics.${problem}`, { days: longestDays });
  return { ...period, today };
}

function daysAsked({ period, from, to }: AskedPeriod, today: string): Period {
  if (from !== undefined && to !== undefined) return { from, to };
  switch (period) {
    case undefined:
      throw periodMissing();
    case "today":
      return { from: today, to: today };
    case "yesterday":
      return { from: addDays(today, -1), to: addDays(today, -1) };
    default:
      return { from: addDays(today, 1 - Number(period)), to: today };
  }
}

export const questionOf = (place: Place, { from, to }: Period, by: FiguresBy): ReportQuestion => ({
  from,
  to,
  timeZone: place.timeZone,
  dimensions: by === "none" ? [] : [dimensionOf[by]],
  measures,
  filters: [
    ...(place.campaign ? [equals("campaign_id", place.campaign.ref)] : []),
    ...(place.flow ? [equals("stream_id", place.flow.ref)] : []),
  ],
});

/** Trackers number their things, and compare numbers with numbers. */
const equals = (name: string, ref: string) => ({
  name,
  operator: "EQUALS",
  expression: /^\d{1,15}$/.test(ref) ? Number(ref) : ref,
});

/** How old the oldest of some answers is, and why one of them could not be asked for now. */
export function ageOf(
  ctx: ActionContext,
  readings: readonly ReportReading[],
): { readAt: string; problem: string | null } {
  const oldest = Math.min(...readings.map(({ readAt }) => readAt.getTime()));
  const problem = readings.find((reading) => reading.problem !== null)?.problem ?? null;
  return {
    readAt: new Date(oldest).toISOString(),
    problem: problemWords(problem, ctx.actor.locale, "figures"),
  };
}
