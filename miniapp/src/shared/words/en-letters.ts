export { appLetters as words } from "@backend/i18n/en/app-letters.ts";
