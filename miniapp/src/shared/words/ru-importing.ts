export { appImporting as words } from "@backend/i18n/ru/app-importing.ts";
