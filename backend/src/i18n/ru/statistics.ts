import type { statistics as en } from "../en/statistics.ts";
import type { SameShape } from "../translator.ts";

export const statistics = {
  "reports.statistics.day_unreadable": "Укажите оба дня периода.",
  "reports.statistics.period_backwards": "Конец периода раньше начала.",
  "reports.statistics.period_too_long": "Слишком длинный период: не больше {days} дн.",
  "reports.statistics.hours_too_long": "По часам можно смотреть не больше {days} дн. подряд.",
} as const satisfies SameShape<typeof en>;
