export { appPostbacks as words } from "@backend/i18n/ru/app-postbacks.ts";
