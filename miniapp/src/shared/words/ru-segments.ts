import { appSegments } from "@backend/i18n/ru/app-segments.ts";
import { segments } from "@backend/i18n/ru/segments.ts";

/** Refusals too: the builder says what is wrong with a rule before the server does. */
export const words = { ...segments, ...appSegments };
