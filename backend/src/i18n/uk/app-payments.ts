import type { appPayments as en } from "../en/app-payments.ts";
import type { SameShape } from "../translator.ts";

export const appPayments = {
  "app.payments.title": "Платежі",
} as const satisfies SameShape<typeof en>;
