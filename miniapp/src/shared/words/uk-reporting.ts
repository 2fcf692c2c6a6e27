export { appReporting as words } from "@backend/i18n/uk/app-reporting.ts";
