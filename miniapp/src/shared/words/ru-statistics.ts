export { appStatistics as words } from "@backend/i18n/ru/app-statistics.ts";
