import type { payments as en } from "../en/payments.ts";
import type { SameShape } from "../translator.ts";

export const payments = {
  "payments.payment_not_found": "Такого платежа нет.",
  "payments.refund_not_found": "Такого возврата нет.",
  "payments.connection_not_found": "Эта платёжная система не подключена.",
  "payments.balance_too_low": "На балансе недостаточно денег.",
} as const satisfies SameShape<typeof en>;
