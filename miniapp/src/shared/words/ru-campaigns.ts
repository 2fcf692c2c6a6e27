export { appCampaigns as words } from "@backend/i18n/ru/app-campaigns.ts";
