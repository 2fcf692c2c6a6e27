export { appSales as words } from "@backend/i18n/en/app-sales.ts";
