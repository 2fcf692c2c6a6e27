import type { fulfilment as en } from "../en/fulfilment.ts";
import type { SameShape } from "../translator.ts";

export const fulfilment = {
  "fulfilment.task_not_found": "Такого поста нет.",
} as const satisfies SameShape<typeof en>;
