export { appSequences as words } from "@backend/i18n/uk/app-sequences.ts";
