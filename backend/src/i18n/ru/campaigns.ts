import type { campaigns as en } from "../en/campaigns.ts";
import type { SameShape } from "../translator.ts";

export const campaigns = {
  "campaigns.tracker_not_found": "Такого трекера здесь нет.",
  "campaigns.campaign_not_found": "Такой кампании нет.",
  "campaigns.flow_not_found": "Такого потока нет.",
} as const satisfies SameShape<typeof en>;
