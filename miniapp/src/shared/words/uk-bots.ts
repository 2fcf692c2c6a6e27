export { appBots as words } from "@backend/i18n/uk/app-bots.ts";
