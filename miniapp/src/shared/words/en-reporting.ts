export { appReporting as words } from "@backend/i18n/en/app-reporting.ts";
