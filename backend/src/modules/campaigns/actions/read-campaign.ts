import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { createLanes } from "@backend/kit/shared-work.ts";
import { openTracker, type Tracker } from "@backend/modules/conversions/index.ts";
import { type CampaignRow, findListed, findOwnCampaign, listFlows, namesOfThings } from "../campaign-queries.ts";
import { campaignNotFound } from "../errors.ts";
import { storeFlows } from "../flow-store.ts";
import type { CampaignDetail, CampaignSummary } from "../mirror-contracts.ts";
import { instant, presentCampaign, presentFlow } from "../mirror-present.ts";
import { markFlowsRead } from "../mirror-queries.ts";
import type { CampaignsPorts, TrackerProblem } from "../ports.ts";
import { problemOf, problemWords } from "../tracker-problems.ts";
import { readerOf, seeCampaign } from "./own-campaign.ts";
import { tellDrift } from "./tell-drift.ts";

type Ctx = ActionContext<CampaignsPorts>;

/** Younger flows are shown as they are stored. */
const freshMs = 60_000;
/** A person waits for no longer; what the tracker answers after that is stored all the same. */
const patienceMs = 4_000;
/** Campaigns that are read of one tracker for people at the same time: one that hangs keeps nobody else's waiting. */
const asking = createLanes(4);

/**
 * A campaign with its flows, read anew from its tracker where they are older than a minute. A tracker that is away or slow leaves
 * what was read last, with its age and the reason.
 */
export async function readCampaign(ctx: Ctx, input: { campaignId: string }): Promise<CampaignDetail> {
  const { campaign, tracker } = await seeCampaign(ctx, input.campaignId);
  const problem = isFresh(ctx, campaign) ? null : await readAnew(ctx, campaign);
  const now = (await findOwnCampaign(ctx.db, campaign.workspaceId, campaign.id)) ?? campaign;
  const flows = await listFlows(ctx.db, campaign.id);
  const offerIds = new Set(flows.flatMap(({ offers }) => offers.map(({ id }) => id)));
  const names = await namesOfThings(ctx.db, campaign.connectionId, "offer", [...offerIds]);
  return {
    campaign: await showCampaign(ctx, campaign.id, tracker),
    bindsVisitors: now.bindsVisitors,
    flows: flows.map((flow) => presentFlow(flow, names)),
    flowsReadAt: instant(now.flowsReadAt),
    problem: problemWords(problem, ctx.actor.locale),
  };
}

export async function showCampaign(ctx: ActionContext, campaignId: string, tracker: Tracker): Promise<CampaignSummary> {
  const row = await findListed(ctx.db, readerOf(ctx, [tracker]), campaignId);
  if (!row) throw campaignNotFound();
  return presentCampaign(row, new Map([[tracker.connectionId, tracker]]));
}

const isFresh = (ctx: Ctx, { flowsReadAt }: CampaignRow): boolean =>
  flowsReadAt !== null && ctx.now.getTime() - flowsReadAt.getTime() < freshMs;

/** Null when it went well. Several people who open a campaign at once ask its tracker once. */
async function readAnew(ctx: Ctx, campaign: CampaignRow): Promise<TrackerProblem | null> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    await asking(campaign.connectionId, campaign.id, patience, () => readFlowsOf(ctx, campaign));
    return null;
  } catch (error) {
    if (patience.aborted && error === patience.reason) return "timed_out";
    const problem = problemOf(error);
    ctx.log.warn({ err: error, campaignId: campaign.id, problem }, "a campaign could not be read");
    return problem;
  }
}

async function readFlowsOf(ctx: Ctx, { id, workspaceId }: CampaignRow): Promise<void> {
  const campaign = await findOwnCampaign(ctx.db, workspaceId, id);
  if (!campaign) throw campaignNotFound();
  // Somebody else's question was answered while this one came here.
  if (isFresh(ctx, campaign)) return;
  const access = await openTracker(ctx, campaign.connectionId);
  if (!access) throw campaignNotFound();
  const readAt = ctx.now;
  const flows = await ctx.ports.trackerCampaigns.listFlows(access, campaign.ref);
  await inTransaction(ctx, async (tx) => {
    const { db } = tx;
    const drifted = await storeFlows(db, [{ campaign, flows }], { readAt, isWhole: true });
    await tellDrift(tx, campaign.connectionId, drifted);
    await markFlowsRead(db, [{ campaignId: campaign.id, changedText: null }], readAt);
    if (drifted.length > 0)
      await notifyLive(db, { workspaceId: campaign.workspaceId, topic: "campaigns", id: campaign.id });
  });
}
