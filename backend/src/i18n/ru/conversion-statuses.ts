import type { conversionStatuses as en } from "../en/conversion-statuses.ts";
import type { SameShape } from "../translator.ts";

export const conversionStatuses = {
  "conversions.status.lead": "Лид",
  "conversions.status.sale": "Продажа",
  "conversions.status.rejected": "Отказ",
  "conversions.status.rebill": "Повторная продажа",
  "conversions.status.registration": "Регистрация",
  "conversions.status.deposit": "Депозит",
  "conversions.status.trash": "Треш",
  "conversions.status.other": "Событие",
} as const satisfies SameShape<typeof en>;
