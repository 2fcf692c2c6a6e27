export { appSegments as words } from "@backend/i18n/uk/app-segments.ts";
