export { appResults as words } from "@backend/i18n/uk/app-results.ts";
