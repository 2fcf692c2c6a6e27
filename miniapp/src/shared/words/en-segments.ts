export { appSegments as words } from "@backend/i18n/en/app-segments.ts";
