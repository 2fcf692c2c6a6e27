export { appSequences as words } from "@backend/i18n/en/app-sequences.ts";
