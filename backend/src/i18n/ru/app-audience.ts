import type { appAudience as en } from "../en/app-audience.ts";
import type { SameShape } from "../translator.ts";

export const appAudience = {
  "app.audience.title": "Аудитория",
} satisfies SameShape<typeof en>;
