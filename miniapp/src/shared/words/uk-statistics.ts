export { appStatistics as words } from "@backend/i18n/uk/app-statistics.ts";
