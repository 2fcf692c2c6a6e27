export { appBroadcasts as words } from "@backend/i18n/en/app-broadcasts.ts";
