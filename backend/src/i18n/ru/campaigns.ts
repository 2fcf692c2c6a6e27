import type { campaigns as en } from "../en/campaigns.ts";
import type { SameShape } from "../translator.ts";

export const campaigns = {
  "campaigns.tracker_not_found": "Такого трекера здесь нет.",
  "campaigns.campaign_not_found": "Такой кампании нет.",
  "campaigns.flow_not_found": "Такого потока нет.",
  "campaigns.not_for_programs": "Избранное есть только у людей, у программ его нет.",
  "campaigns.time_zone_unknown": "Такого часового пояса нет.",
  "campaigns.tracker.not_allowed":
    "Пользователю этого ключа не видны кампании. Дайте ему в Keitaro доступ к кампаниям и офферам.",
  "campaigns.tracker.request_refused":
    "Трекер не понимает вопрос о своих кампаниях. Возможно, это очень старая версия.",
} as const satisfies SameShape<typeof en>;
