export { appTraffic as words } from "@backend/i18n/ru/app-traffic.ts";
