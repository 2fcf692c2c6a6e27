import type { appAudience as en } from "../en/app-audience.ts";
import type { SameShape } from "../translator.ts";

export const appAudience = {
  "app.audience.files": "Імпорт та експорт",
  "app.audience.title": "Аудиторія",
} satisfies SameShape<typeof en>;
