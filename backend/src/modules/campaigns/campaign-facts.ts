/** What the room of conversions asks of this one; the container introduces them. */
import type { CampaignFacts } from "@backend/modules/conversions/index.ts";
import { findCampaignByRef, findNames } from "./campaign-queries.ts";

export const campaignFacts: CampaignFacts = {
  namesOf: findNames,
  isRead: async (db, connectionId, campaignId) => (await findCampaignByRef(db, connectionId, campaignId)) !== null,
};
