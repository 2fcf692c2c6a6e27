import type { campaigns as en } from "../en/campaigns.ts";
import type { SameShape } from "../translator.ts";

export const campaigns = {
  "campaigns.tracker_not_found": "Такого трекера тут немає.",
  "campaigns.campaign_not_found": "Такої кампанії немає.",
  "campaigns.flow_not_found": "Такого потоку немає.",
  "campaigns.not_for_programs": "Обране є лише в людей, у програм його немає.",
  "campaigns.time_zone_unknown": "Такого часового поясу немає.",
  "campaigns.tracker.not_allowed":
    "Користувачеві цього ключа не видно кампаній. Дайте йому в Keitaro доступ до кампаній та оферів.",
  "campaigns.tracker.request_refused": "Трекер не розуміє запитання про свої кампанії. Можливо, це дуже стара версія.",
} as const satisfies SameShape<typeof en>;
