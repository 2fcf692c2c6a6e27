export { appAlerts as words } from "@backend/i18n/uk/app-alerts.ts";
