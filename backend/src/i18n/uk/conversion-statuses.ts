import type { conversionStatuses as en } from "../en/conversion-statuses.ts";
import type { SameShape } from "../translator.ts";

export const conversionStatuses = {
  "conversions.status.lead": "Лід",
  "conversions.status.sale": "Продаж",
  "conversions.status.rejected": "Відмова",
  "conversions.status.rebill": "Повторний продаж",
  "conversions.status.registration": "Реєстрація",
  "conversions.status.deposit": "Депозит",
  "conversions.status.trash": "Треш",
  "conversions.status.other": "Подія",
} as const satisfies SameShape<typeof en>;
