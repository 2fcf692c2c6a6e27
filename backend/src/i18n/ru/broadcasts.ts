import type { broadcasts as en } from "../en/broadcasts.ts";
import type { SameShape } from "../translator.ts";

export const broadcasts = {
  "broadcasts.broadcast_not_found": "Такой рассылки нет.",
} satisfies SameShape<typeof en>;
