export { appBroadcasts as words } from "@backend/i18n/uk/app-broadcasts.ts";
