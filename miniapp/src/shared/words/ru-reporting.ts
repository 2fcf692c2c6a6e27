export { appReporting as words } from "@backend/i18n/ru/app-reporting.ts";
