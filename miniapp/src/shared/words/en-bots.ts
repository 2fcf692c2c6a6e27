export { appBots as words } from "@backend/i18n/en/app-bots.ts";
