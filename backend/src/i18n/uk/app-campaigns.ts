import type { appCampaigns as en } from "../en/app-campaigns.ts";
import type { SameShape } from "../translator.ts";

export const appCampaigns = {
  "app.campaigns.title": "Кампанії",
} as const satisfies SameShape<typeof en>;
