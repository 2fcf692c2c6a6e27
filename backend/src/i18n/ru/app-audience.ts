import type { appAudience as en } from "../en/app-audience.ts";
import type { SameShape } from "../translator.ts";

export const appAudience = {
  "app.audience.files": "Импорт и экспорт",
  "app.audience.title": "Аудитория",
} satisfies SameShape<typeof en>;
