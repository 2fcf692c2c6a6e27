/** Figures of a tracker's campaigns. */
export const appCampaignReports = {
  "app.campaign_reports.title": "Figures",
} as const;
