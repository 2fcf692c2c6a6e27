export { appAccess as words } from "@backend/i18n/uk/app-access.ts";
