export { appTruth as words } from "@backend/i18n/en/app-truth.ts";
