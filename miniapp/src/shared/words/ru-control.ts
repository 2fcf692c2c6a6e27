export { appControl as words } from "@backend/i18n/ru/app-control.ts";
