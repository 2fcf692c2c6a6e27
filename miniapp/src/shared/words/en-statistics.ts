export { appStatistics as words } from "@backend/i18n/en/app-statistics.ts";
