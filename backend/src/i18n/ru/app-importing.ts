import type { appImporting as en } from "../en/app-importing.ts";
import type { SameShape } from "../translator.ts";

export const appImporting = {
  "app.import.title": "Импорт",
} satisfies SameShape<typeof en>;
