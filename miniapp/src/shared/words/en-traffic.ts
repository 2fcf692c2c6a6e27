export { appTraffic as words } from "@backend/i18n/en/app-traffic.ts";
