export { appShares as words } from "@backend/i18n/en/app-shares.ts";
