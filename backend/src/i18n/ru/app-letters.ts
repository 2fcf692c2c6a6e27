import type { appLetters as en } from "../en/app-letters.ts";
import type { SameShape } from "../translator.ts";

export const appLetters = {
  "app.letter.text": "Текст",
} satisfies SameShape<typeof en>;
