export { appWebhooks as words } from "@backend/i18n/uk/app-webhooks.ts";
