export { appSales as words } from "@backend/i18n/uk/app-sales.ts";
