import type { campaigns as en } from "../en/campaigns.ts";
import type { SameShape } from "../translator.ts";

export const campaigns = {
  "campaigns.tracker_not_found": "Такого трекера тут немає.",
  "campaigns.campaign_not_found": "Такої кампанії немає.",
  "campaigns.flow_not_found": "Такого потоку немає.",
} as const satisfies SameShape<typeof en>;
