import type { webhooks as en } from "../en/webhooks.ts";
import type { SameShape } from "../translator.ts";

export const webhooks = {
  "webhooks.endpoint_not_found": "Такої адреси немає.",
} satisfies SameShape<typeof en>;
