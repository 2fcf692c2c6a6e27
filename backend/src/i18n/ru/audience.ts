import type { audience as en } from "../en/audience.ts";
import type { SameShape } from "../translator.ts";

export const audience = {
  "audience.subscriber_not_found": "Такого подписчика нет.",
} satisfies SameShape<typeof en>;
