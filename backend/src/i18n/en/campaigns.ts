/** Words about a tracker's campaigns, flows and shares. */
export const campaigns = {
  "campaigns.tracker_not_found": "There is no such tracker here.",
  "campaigns.campaign_not_found": "There is no such campaign.",
  "campaigns.flow_not_found": "There is no such flow.",
} as const;
