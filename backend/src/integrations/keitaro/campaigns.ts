/** The port TrackerCampaigns over Keitaro's Admin API. */
import type { TrackerCampaigns } from "@backend/modules/campaigns/ports.ts";
import type { KeitaroClient } from "./client.ts";

export const keitaroCampaigns = (_client: KeitaroClient): TrackerCampaigns => {
  return {} as TrackerCampaigns;
};
