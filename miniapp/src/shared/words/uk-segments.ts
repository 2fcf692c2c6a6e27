import { appSegments } from "@backend/i18n/uk/app-segments.ts";
import { segments } from "@backend/i18n/uk/segments.ts";

/** Refusals too: the builder says what is wrong with a rule before the server does. */
export const words = { ...segments, ...appSegments };
