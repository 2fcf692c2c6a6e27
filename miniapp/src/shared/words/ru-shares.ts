export { appShares as words } from "@backend/i18n/ru/app-shares.ts";
