export { appAlerts as words } from "@backend/i18n/en/app-alerts.ts";
