import type { appShares as en } from "../en/app-shares.ts";
import type { SameShape } from "../translator.ts";

export const appShares = {
  "app.shares.title": "Частки",
} as const satisfies SameShape<typeof en>;
