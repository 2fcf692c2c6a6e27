export { appImporting as words } from "@backend/i18n/uk/app-importing.ts";
