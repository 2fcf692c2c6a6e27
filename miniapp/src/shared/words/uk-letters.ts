export { appLetters as words } from "@backend/i18n/uk/app-letters.ts";
