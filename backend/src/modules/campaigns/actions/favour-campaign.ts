import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { deleteFavourite, saveFavourite } from "../campaign-queries.ts";
import { notForPrograms } from "../errors.ts";
import type { CampaignSummary } from "../mirror-contracts.ts";
import { seeCampaign } from "./own-campaign.ts";
import { showCampaign } from "./read-campaign.ts";

/** Marks a campaign as one of the actor's own favourites, or takes the mark away. */
export async function favourCampaign(
  ctx: ActionContext,
  input: { campaignId: string; isFavourite: boolean },
): Promise<CampaignSummary> {
  const { actor } = ctx;
  if (actor.kind !== "person") throw notForPrograms();
  return inTransaction(ctx, async (tx) => {
    const { campaign, tracker } = await seeCampaign(tx, input.campaignId);
    const key = { personId: actor.personId, campaignId: campaign.id };
    await (input.isFavourite ? saveFavourite : deleteFavourite)(tx.db, key);
    return showCampaign(tx, campaign.id, tracker);
  });
}
