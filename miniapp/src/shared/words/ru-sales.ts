export { appSales as words } from "@backend/i18n/ru/app-sales.ts";
