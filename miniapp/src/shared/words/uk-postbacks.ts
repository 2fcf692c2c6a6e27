export { appPostbacks as words } from "@backend/i18n/uk/app-postbacks.ts";
