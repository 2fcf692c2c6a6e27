/** What the room of conversions asks of this one; the container introduces them. */
import type { CampaignFacts } from "@backend/modules/conversions/index.ts";
import { findCampaignByRef, findFlowByRef, findNames } from "./campaign-queries.ts";

export const campaignFacts: CampaignFacts = {
  namesOf: findNames,
  async find(db, connectionId, ids) {
    const campaign = await findCampaignByRef(db, connectionId, ids.campaign);
    if (!campaign) return null;
    return { flowId: ids.flow === null ? null : ((await findFlowByRef(db, campaign.id, ids.flow))?.id ?? null) };
  },
};
