export { appAudience as words } from "@backend/i18n/ru/app-audience.ts";
