/** Screens of campaigns and their flows. */
export const appCampaigns = {
  "app.campaigns.title": "Campaigns",
} as const;
