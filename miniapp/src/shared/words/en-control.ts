export { appControl as words } from "@backend/i18n/en/app-control.ts";
