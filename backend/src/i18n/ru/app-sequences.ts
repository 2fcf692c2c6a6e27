import type { appSequences as en } from "../en/app-sequences.ts";
import type { SameShape } from "../translator.ts";

export const appSequences = {
  "app.sequences.title": "Цепочки",
} satisfies SameShape<typeof en>;
