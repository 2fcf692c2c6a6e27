export { appWebhooks as words } from "@backend/i18n/ru/app-webhooks.ts";
