import type { statistics as en } from "../en/statistics.ts";
import type { SameShape } from "../translator.ts";

export const statistics = {
  "reports.statistics.day_unreadable": "Вкажіть обидва дні періоду.",
  "reports.statistics.period_backwards": "Кінець періоду раніше за початок.",
  "reports.statistics.period_too_long": "Надто довгий період: не більше {days} дн.",
  "reports.statistics.hours_too_long": "За годинами можна дивитися не більше {days} дн. поспіль.",
} as const satisfies SameShape<typeof en>;
