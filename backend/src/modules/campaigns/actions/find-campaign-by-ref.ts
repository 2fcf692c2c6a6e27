import type { ActionContext } from "@backend/kit/context.ts";
import { findTracker } from "@backend/modules/conversions/index.ts";
import { findCampaignByRef, findFlowByRef } from "../campaign-queries.ts";
import type { CampaignByRef } from "../mirror-contracts.ts";
import { showCampaign } from "./read-campaign.ts";

/**
 * The campaign that a tracker knows by this id, as conversions and alerts name it. That it is not known is an answer and no
 * refusal: every conversion's screen asks. A connection that is a stranger's or hidden answers as one without a key.
 */
export async function campaignByRef(
  ctx: ActionContext,
  input: { connectionId: string; ref: string; flowRef?: string | undefined },
): Promise<CampaignByRef> {
  const tracker = await findTracker(ctx, input.connectionId);
  const campaign = tracker && (await findCampaignByRef(ctx.db, tracker.connectionId, input.ref));
  const flow = campaign && input.flowRef !== undefined && (await findFlowByRef(ctx.db, campaign.id, input.flowRef));
  return {
    isTracker: tracker !== null,
    campaign: tracker && campaign && (await showCampaign(ctx, campaign.id, tracker)),
    flow: flow ? { id: flow.id, name: flow.name } : null,
  };
}
