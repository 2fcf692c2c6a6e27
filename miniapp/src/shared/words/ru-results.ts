export { appResults as words } from "@backend/i18n/ru/app-results.ts";
