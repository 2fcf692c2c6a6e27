export { appCampaignReports as words } from "@backend/i18n/ru/app-campaign-reports.ts";
