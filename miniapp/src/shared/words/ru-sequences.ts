export { appSequences as words } from "@backend/i18n/ru/app-sequences.ts";
