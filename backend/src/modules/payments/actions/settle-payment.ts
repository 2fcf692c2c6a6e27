import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import type { CheckReason, Provider } from "@db/schema/payments.ts";
import Big from "big.js";
import { type AccountName, type Entry, transfer } from "../domain/entries.ts";
import { checkReasonOf } from "../domain/verdict.ts";
import { paymentNeedsCheck, paymentSettled } from "../events.ts";
import type { ProviderPayment } from "../ports.ts";
import {
  type ConnectionRow,
  findPaymentByRef,
  type InvoiceRow,
  insertPayment,
  lockInvoiceOf,
  type PaymentRow,
  updateInvoice,
} from "../queries.ts";
import { findRenewal, noteCharged, type RenewalRow } from "../renewal-queries.ts";
import { book } from "./book.ts";
import { lockTill } from "./lock-till.ts";
import { noteOutsideRefunds } from "./outside-refunds.ts";
import { stopSubscriptionOf } from "./stop-subscription.ts";

/** Who told of it: a webhook, our own asking, an update of the bot, the nightly comparison. */
export type FoundBy = "webhook" | "sweep" | "update" | "reconciliation";

export interface Settlement {
  provider: Provider;
  /** Null when it was disconnected meanwhile; what Telegram tells of Stars needs none. */
  connection: ConnectionRow | null;
  /** Of Stars: the bot that took them. Null for other providers. */
  botId: string | null;
  payment: ProviderPayment;
  foundBy: FoundBy;
  /** Said by Telegram; otherwise found out by how long ago the first month was paid. */
  isRenewal?: boolean;
}

/** A further payment of a subscription comes a month after the one before; anything sooner was paid twice. */
const renewalAfterMs = 20 * 86_400_000;

/**
 * Takes in money that a provider says it has, in one transaction: the payment, the books, the invoice, and the fact that others react
 * to. What does not fit what was asked for waits for a person (`to_check`) with its reason. However often and however simultaneously it
 * is told, it is one row; a repeat is only looked at for money that went back elsewhere.
 */
export function settlePayment(
  outer: ActionContext,
  settlement: Settlement,
): Promise<{ payment: PaymentRow; isNew: boolean }> {
  return inTransaction(outer, async (ctx) => {
    const { provider, connection, payment: came } = settlement;
    const { workspaceId } = ctx.actor;
    // Whoever settles the same payment waits here, and then finds it.
    await lockTill(ctx.db, workspaceId);
    const invoice = await lockInvoiceOf(ctx.db, workspaceId, provider, {
      connectionId: connection?.id ?? null,
      ref: came.invoiceRef,
      reference: came.reference,
    });
    const known = await findPaymentByRef(ctx.db, workspaceId, provider, came.ref);
    const made = known ? null : await insertPayment(ctx.db, await rowOf(ctx, settlement, invoice));
    const payment = made ?? known ?? (await findPaymentByRef(ctx.db, workspaceId, provider, came.ref));
    if (!payment) throw new Error("a payment that is known is not there");
    if (made) await takeIn(ctx, made, invoice, isRenewalOf(settlement, invoice));
    await noteOutsideRefunds(ctx, payment.id, came.refunded);
    killPoint("payments.settled");
    return { payment, isNew: made !== null };
  });
}

const isRenewalOf = ({ isRenewal, payment }: Settlement, invoice: InvoiceRow | null): boolean =>
  isRenewal ??
  (invoice?.isSubscription === true &&
    invoice.state === "paid" &&
    invoice.endedAt !== null &&
    payment.paidAt.getTime() - invoice.endedAt.getTime() >= renewalAfterMs);

/** By us, also where the provider has not taken it yet. What a payer gave up he may have taken up again without our hearing of it. */
const isStopped = (renewal: RenewalRow | null): boolean =>
  renewal !== null && (renewal.isAskedOn === false || (renewal.isAskedOn === null && renewal.state === "off"));

async function rowOf(ctx: ActionContext, settlement: Settlement, invoice: InvoiceRow | null) {
  const { provider, connection, botId, payment: came, foundBy } = settlement;
  const { workspaceId } = ctx.actor;
  const personId = invoice?.personId ?? null;
  const person = personId === null ? undefined : (await knownPersons(ctx.db, workspaceId, [personId])).get(personId);
  const asked = invoice && {
    ...invoice,
    telegramId: person?.telegramId ?? null,
    hasPerson: person !== undefined,
    isStopped: invoice.isSubscription && isStopped(await findRenewal(ctx.db, invoice.id)),
  };
  const isRenewal = isRenewalOf(settlement, invoice);
  const checkReason = checkReasonOf({ ...came, isRenewal }, asked, connection);
  const mayBegin = checkReason !== null && invoice?.isSubscription === true && !isRenewal;
  const { ref, amount, currency, paidAmount, paidAsset, feeAmount, feeCurrency, isTest, paidAt } = came;
  return {
    workspaceId,
    provider,
    connectionId: connection?.id ?? null,
    providerRef: ref,
    invoiceId: invoice?.id ?? null,
    botId,
    orderId: invoice?.orderId ?? null,
    personId,
    payerTelegramId: mayBegin ? (came.payerTelegramId ?? asked?.telegramId ?? null) : null,
    amount,
    currency,
    paidAmount,
    paidAsset,
    feeAmount,
    feeCurrency,
    isTest,
    state: checkReason === null ? ("settled" as const) : ("to_check" as const),
    checkReason,
    foundBy,
    paidAt,
    createdAt: ctx.now,
  };
}

/** Books new money and says so. */
async function takeIn(
  ctx: ActionContext,
  payment: PaymentRow,
  invoice: InvoiceRow | null,
  isRenewal: boolean,
): Promise<void> {
  const { workspaceId, id: paymentId, provider, currency, checkReason, personId, orderId } = payment;
  const amount = new Big(payment.amount).toFixed();
  const isFit = checkReason === null && personId !== null && orderId !== null;
  const to: AccountName = isFit ? { kind: "customer", holder: personId } : { kind: "to_check" };
  await book(ctx.db, {
    workspaceId,
    cause: "payment",
    causeId: paymentId,
    at: ctx.now,
    entries: [...transfer({ kind: "provider", holder: provider }, to, currency, amount), ...feeOf(payment)],
  });
  if (isFit) {
    if (invoice && invoice.state !== "paid")
      await updateInvoice(ctx.db, invoice.id, { state: "paid", endedAt: ctx.now, askAt: null, problem: null });
    const fact = { workspaceId, paymentId, orderId, personId, provider, amount, currency, isByHand: false, isRenewal };
    await publish(ctx.db, paymentSettled, fact);
    if (invoice && isRenewal) await noteCharged(ctx.db, invoice.id);
  } else await needsCheck(ctx, payment, checkReason ?? "unknown_invoice");
  // Two were let to pay at the same moment. The order has its subscription, so that no decision about this money can want another.
  if (checkReason === "paid_twice") await stopSubscriptionOf(ctx, payment);
  await notifyLive(ctx.db, { workspaceId, topic: "payments" });
}

/** What the provider kept for itself. Booked where it is in the money that was paid; a fee in coins is noted on the payment alone. */
function feeOf({ provider, currency, feeAmount, feeCurrency }: PaymentRow): Entry[] {
  if (feeAmount === null || feeCurrency !== currency || !new Big(feeAmount).gt(0)) return [];
  return transfer({ kind: "fees" }, { kind: "provider", holder: provider }, currency, feeAmount);
}

async function needsCheck(ctx: ActionContext, payment: PaymentRow, reason: CheckReason): Promise<void> {
  const { workspaceId, id: paymentId, orderId, provider, currency } = payment;
  const amount = new Big(payment.amount).toFixed();
  ctx.log.warn({ workspaceId, paymentId, provider, reason }, "a payment waits for somebody");
  await publish(ctx.db, paymentNeedsCheck, { workspaceId, paymentId, orderId, provider, reason, amount, currency });
}
