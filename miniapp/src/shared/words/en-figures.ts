export { appCampaignReports as words } from "@backend/i18n/en/app-campaign-reports.ts";
