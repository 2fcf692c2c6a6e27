export { appBroadcasts as words } from "@backend/i18n/ru/app-broadcasts.ts";
