import type { appBroadcasts as en } from "../en/app-broadcasts.ts";
import type { SameShape } from "../translator.ts";

export const appBroadcasts = {
  "app.broadcasts.title": "Розсилки",
} satisfies SameShape<typeof en>;
