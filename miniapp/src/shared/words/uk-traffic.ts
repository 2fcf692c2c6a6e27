export { appTraffic as words } from "@backend/i18n/uk/app-traffic.ts";
