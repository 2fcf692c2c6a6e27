export { appSegments as words } from "@backend/i18n/ru/app-segments.ts";
