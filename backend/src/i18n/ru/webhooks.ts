import type { webhooks as en } from "../en/webhooks.ts";
import type { SameShape } from "../translator.ts";

export const webhooks = {
  "webhooks.endpoint_not_found": "Такого адреса нет.",
} satisfies SameShape<typeof en>;
