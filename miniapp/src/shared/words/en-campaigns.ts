export { appCampaigns as words } from "@backend/i18n/en/app-campaigns.ts";
