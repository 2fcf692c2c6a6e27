export { appPostbacks as words } from "@backend/i18n/en/app-postbacks.ts";
