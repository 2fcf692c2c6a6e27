export { appLetters as words } from "@backend/i18n/ru/app-letters.ts";
