export { appTruth as words } from "@backend/i18n/uk/app-truth.ts";
