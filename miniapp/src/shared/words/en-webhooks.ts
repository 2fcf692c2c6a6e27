export { appWebhooks as words } from "@backend/i18n/en/app-webhooks.ts";
