import type { ActionContext } from "@backend/kit/context.ts";
import { findCampaignByRef } from "../campaign-queries.ts";
import { campaignNotFound } from "../errors.ts";
import type { CampaignSummary } from "../mirror-contracts.ts";
import { seeTracker } from "./own-campaign.ts";
import { showCampaign } from "./read-campaign.ts";

/** The campaign that a tracker knows by this id, as conversions and alerts name it. */
export async function campaignByRef(
  ctx: ActionContext,
  input: { connectionId: string; ref: string },
): Promise<CampaignSummary> {
  const tracker = await seeTracker(ctx, input.connectionId);
  const campaign = await findCampaignByRef(ctx.db, tracker.connectionId, input.ref);
  if (!campaign) throw campaignNotFound();
  return showCampaign(ctx, campaign.id, tracker);
}
