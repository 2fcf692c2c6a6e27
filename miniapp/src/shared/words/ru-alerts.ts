export { appAlerts as words } from "@backend/i18n/ru/app-alerts.ts";
