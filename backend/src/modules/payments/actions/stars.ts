/** Payments in Telegram Stars, as the bot hears of them. An update came through a door that only Telegram knows: nobody else is asked. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import Big from "big.js";
import { subscriptionMoved } from "../events.ts";
import { findConnectionOf, findInvoice, findPaymentByRef, type InvoiceRow } from "../queries.ts";
import { findRenewal, saveRenewal } from "../renewal-queries.ts";
import { waitingMoney } from "../waiting-queries.ts";
import { lockTill } from "./lock-till.ts";
import { noteOutsideRefunds } from "./outside-refunds.ts";
import { settlePayment } from "./settle-payment.ts";

export interface StarsCheck {
  /** The invoice's payload: our reference. */
  payload: string;
  payerTelegramId: number;
  /** Whole Stars. */
  amount: number;
  currency: string;
}

/** Why a payment is refused before it happens; each code has a sentence. */
export type StarsRefusal =
  | "payments.stars_gone"
  | "payments.stars_expired"
  | "payments.stars_other_person"
  | "payments.stars_changed";

/**
 * Whether somebody may pay now, for the pre-checkout question, which must be answered within seconds: three look-ups by key. The
 * invoice is open and in time, he is whom it was made for (a link can be passed on), the sum is what was asked for, and no money of the
 * order waits for a member, who may find that it is paid.
 */
export async function checkStars(
  ctx: ActionContext,
  { payload, payerTelegramId, amount, currency }: StarsCheck,
): Promise<{ ok: true } | { ok: false; code: StarsRefusal }> {
  const invoice = isUuid(payload) ? await findInvoice(ctx.db, ctx.actor.workspaceId, payload) : null;
  if (invoice?.provider !== "stars") return { ok: false, code: "payments.stars_gone" };
  if (!(await isFor(ctx, invoice, payerTelegramId))) return { ok: false, code: "payments.stars_other_person" };
  if (currency !== invoice.currency || !new Big(invoice.amount).eq(amount))
    return { ok: false, code: "payments.stars_changed" };
  const isOpen = invoice.state === "new" || invoice.state === "open";
  if (!isOpen || invoice.expiresAt <= ctx.now)
    return { ok: false, code: invoice.state === "paid" ? "payments.stars_gone" : "payments.stars_expired" };
  if ((await waitingMoney(ctx.db, invoice.orderId)).length > 0) return { ok: false, code: "payments.stars_gone" };
  return { ok: true };
}

async function isFor(ctx: ActionContext, { workspaceId, personId }: InvoiceRow, telegramId: number): Promise<boolean> {
  if (personId === null) return false;
  return (await knownPersons(ctx.db, workspaceId, [personId])).get(personId)?.telegramId === telegramId;
}

export interface StarsPayment extends StarsCheck {
  /** That took it: nobody else can give it back. */
  botId: string;
  /** `telegram_payment_charge_id`: what it is known and given back by. */
  chargeId: string;
  /** A further month of a subscription: `is_recurring` and not `is_first_recurring`. */
  isRenewal: boolean;
  paidAt: Date;
}

/** Takes in `successful_payment`. Telegram may tell it again: it is one payment by its charge id. */
export async function takeStarsPayment(
  ctx: ActionContext,
  paid: StarsPayment,
): Promise<{ paymentId: string; isNew: boolean }> {
  const { botId, payload, payerTelegramId, amount, currency, chargeId, isRenewal, paidAt } = paid;
  const { payment, isNew } = await settlePayment(ctx, {
    provider: "stars",
    connection: await findConnectionOf(ctx.db, ctx.actor.workspaceId, "stars"),
    botId,
    foundBy: "update",
    isRenewal,
    payment: {
      ref: chargeId,
      invoiceRef: null,
      reference: payload,
      amount: String(amount),
      currency,
      paidAmount: null,
      paidAsset: null,
      isAssetAccepted: true,
      feeAmount: null,
      feeCurrency: null,
      refunded: "0",
      isTest: false,
      account: null,
      payerTelegramId,
      paidAt,
    },
  });
  return { paymentId: payment.id, isNew };
}

/** Takes in `refunded_payment`: Stars that went back, by us (then it is known) or from elsewhere. False for a payment that is not ours. */
export async function noteStarsRefund(
  ctx: ActionContext,
  { chargeId, amount }: { chargeId: string; amount: number },
): Promise<boolean> {
  const payment = await findPaymentByRef(ctx.db, ctx.actor.workspaceId, "stars", chargeId);
  if (!payment) return false;
  await inTransaction(ctx, async (tx) => {
    await lockTill(tx.db, payment.workspaceId);
    await noteOutsideRefunds(tx, payment.id, String(amount));
  });
  return true;
}

export interface StarsSubscription {
  /** The invoice's payload: our reference. */
  payload: string;
  subscriberTelegramId: number;
  /** Telegram's words: given up, taken up again, or not paid for. */
  state: "canceled" | "active" | "failed";
}

/** Passes on what Telegram tells of a subscription between its months. False for one that is not ours, or not his. */
export async function noteStarsSubscription(
  ctx: ActionContext,
  { payload, subscriberTelegramId, state }: StarsSubscription,
): Promise<boolean> {
  const { workspaceId } = ctx.actor;
  const invoice = isUuid(payload) ? await findInvoice(ctx.db, workspaceId, payload) : null;
  if (invoice?.provider !== "stars" || !invoice.isSubscription) return false;
  if (!(await isFor(ctx, invoice, subscriberTelegramId))) return false;
  const { id: invoiceId, orderId } = invoice;
  await inTransaction(ctx, async ({ db }) => {
    await lockTill(db, workspaceId);
    // What we had Telegram do it tells as well, at the moment in which it is written down here; what was so before is no news.
    const known = (await findRenewal(db, invoiceId))?.state ?? "on";
    if (state === "canceled" ? known !== "on" : state === "active" && known === "on") return;
    await publish(db, subscriptionMoved, { workspaceId, invoiceId, orderId, state });
    if (state !== "failed") await saveRenewal(db, invoiceId, { state: state === "active" ? "on" : "off_by_payer" });
  });
  return true;
}
