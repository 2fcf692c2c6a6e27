export { appSelling as words } from "@backend/i18n/ru/app-selling.ts";
