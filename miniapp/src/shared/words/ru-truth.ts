export { appTruth as words } from "@backend/i18n/ru/app-truth.ts";
