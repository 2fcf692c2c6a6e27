/** Our postback in a tracker's campaigns: what is known of it, and what is done to it. */
import type { CampaignPostbackStatus } from "@backend/modules/campaigns/postback-contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { queryOptions } from "@tanstack/react-query";

export type { CampaignPostbackStatus };

/** What was found when the tracker was last asked: the tracker is not asked for this. */
export const postbackQuery = (campaignId: string) =>
  queryOptions({
    queryKey: ["campaigns", "postback", campaignId],
    queryFn: (): Promise<CampaignPostbackStatus> => unwrap(api.campaigns({ campaignId }).postback.get()),
  });

/** These three ask the tracker, which may take some seconds. */
export const installPostback = (campaignId: string): Promise<CampaignPostbackStatus> =>
  unwrap(api.campaigns({ campaignId }).postback.post());
export const removePostback = (campaignId: string): Promise<CampaignPostbackStatus> =>
  unwrap(api.campaigns({ campaignId }).postback.delete());
export const checkPostback = (campaignId: string): Promise<CampaignPostbackStatus> =>
  unwrap(api.campaigns({ campaignId }).postback.check.post());
