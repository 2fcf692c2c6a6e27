import type { appSegments as en } from "../en/app-segments.ts";
import type { SameShape } from "../translator.ts";

export const appSegments = {
  "app.segments.title": "Сегменти",
} satisfies SameShape<typeof en>;
