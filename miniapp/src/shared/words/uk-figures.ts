export { appCampaignReports as words } from "@backend/i18n/uk/app-campaign-reports.ts";
