export { appShares as words } from "@backend/i18n/uk/app-shares.ts";
