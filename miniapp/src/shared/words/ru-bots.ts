export { appBots as words } from "@backend/i18n/ru/app-bots.ts";
