import type { payments as en } from "../en/payments.ts";
import type { SameShape } from "../translator.ts";

export const payments = {
  "payments.payment_not_found": "Такого платежу немає.",
  "payments.refund_not_found": "Такого повернення немає.",
  "payments.connection_not_found": "Цю платіжну систему не підключено.",
  "payments.balance_too_low": "На балансі недостатньо грошей.",
} as const satisfies SameShape<typeof en>;
