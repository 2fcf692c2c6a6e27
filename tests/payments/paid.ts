/** Orders that were paid, and money of them that is asked back. */
import { inTransaction } from "@backend/kit/context.ts";
import { type RequestRefund, requestRefund } from "@backend/modules/payments/index.ts";
import type { CashRig } from "./rig.ts";

export type Paid = Awaited<ReturnType<typeof payFor>>;

/** An order that was paid, and its payment: 1,000 roubles by YooKassa, the rig's usual price by Crypto Pay. */
export async function payFor(rig: CashRig, provider: "yookassa" | "crypto_pay") {
  const over = provider === "yookassa" ? { provider, amount: "1000", currency: "RUB" } : { provider };
  const invoice = await rig.ask(over);
  provider === "yookassa" ? rig.yookassa.pay(invoice.id) : rig.crypto.pay(invoice.id);
  await rig.settle();
  const [payment] = await rig.paymentsOf(invoice.orderId);
  if (!payment) throw new Error("it was not settled");
  return { orderId: invoice.orderId, payment, personId: invoice.personId ?? "", invoice };
}

/** All of it through its provider, unless `over` says otherwise. */
export const askBack = (rig: CashRig, { orderId, payment, personId }: Paid, over: Partial<RequestRefund>) =>
  inTransaction(rig.context(), (tx) =>
    requestRefund(tx, {
      paymentId: payment.id,
      orderId,
      personId,
      amount: payment.amount,
      currency: payment.currency,
      to: "provider",
      reason: null,
      needsSecond: false,
      ...over,
    }),
  );
