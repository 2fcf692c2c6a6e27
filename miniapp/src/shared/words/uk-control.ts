export { appControl as words } from "@backend/i18n/uk/app-control.ts";
