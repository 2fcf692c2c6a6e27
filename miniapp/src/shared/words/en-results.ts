export { appResults as words } from "@backend/i18n/en/app-results.ts";
