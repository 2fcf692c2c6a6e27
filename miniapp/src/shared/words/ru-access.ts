export { appAccess as words } from "@backend/i18n/ru/app-access.ts";
