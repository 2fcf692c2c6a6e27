export { appAudience as words } from "@backend/i18n/en/app-audience.ts";
