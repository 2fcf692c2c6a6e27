import type { appWebhooks as en } from "../en/app-webhooks.ts";
import type { SameShape } from "../translator.ts";

export const appWebhooks = {
  "app.webhooks.title": "Вебхуки",
} satisfies SameShape<typeof en>;
