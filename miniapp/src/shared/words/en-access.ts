export { appAccess as words } from "@backend/i18n/en/app-access.ts";
