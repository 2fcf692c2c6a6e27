import type { appResults as en } from "../en/app-results.ts";
import type { SameShape } from "../translator.ts";

export const appResults = {
  "app.results.title": "Результаты",
} satisfies SameShape<typeof en>;
