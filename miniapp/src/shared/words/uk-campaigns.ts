export { appCampaigns as words } from "@backend/i18n/uk/app-campaigns.ts";
