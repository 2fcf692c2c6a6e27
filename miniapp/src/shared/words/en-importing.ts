export { appImporting as words } from "@backend/i18n/en/app-importing.ts";
