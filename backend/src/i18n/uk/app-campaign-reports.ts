import type { appCampaignReports as en } from "../en/app-campaign-reports.ts";
import type { SameShape } from "../translator.ts";

export const appCampaignReports = {
  "app.campaign_reports.title": "Цифри",
} as const satisfies SameShape<typeof en>;
