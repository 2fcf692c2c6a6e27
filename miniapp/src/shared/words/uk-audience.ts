export { appAudience as words } from "@backend/i18n/uk/app-audience.ts";
