import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { publish } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { knownPersons, recordAudit } from "@backend/modules/identity/index.ts";
import Big from "big.js";
import type { PaymentDetail, ResolveBody } from "../contracts.ts";
import { choicesOf } from "../domain/choices.ts";
import { transfer } from "../domain/entries.ts";
import { choiceNotPossible, noteNeeded, notToCheck, paymentNotFound, personNotFound } from "../errors.ts";
import { paymentSettled, paymentTurnedAway } from "../events.ts";
import { lockInvoice, lockOwnPayment, type PaymentRow, updateInvoice, updatePayment } from "../queries.ts";
import { sumRefundsOf } from "../refund-queries.ts";
import { giveUpInvoices } from "./give-up-invoices.ts";
import { lockTill } from "./lock-till.ts";
import { closeInvoice } from "./open-invoice.ts";
import { giveBackOutside } from "./outside-refunds.ts";
import { readPayment } from "./read-payments.ts";
import { requestRefund } from "./request-refund.ts";
import { stopSubscriptionOf } from "./stop-subscription.ts";
import { bringBack, leftOf, movePayment } from "./taken-back.ts";

type Resolve = ResolveBody & { paymentId: string };

/** Decides about money that waits, once: whoever is second hears `payments.not_to_check`. What may be chosen: `domain/choices.ts`. */
export function resolvePayment(outer: ActionContext, input: Resolve): Promise<PaymentDetail> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await lockTill(ctx.db, workspaceId);
    const payment = await lockOwnPayment(ctx.db, workspaceId, input.paymentId);
    if (!payment) throw paymentNotFound();
    if (input.personId !== undefined) await knownPerson(ctx, input.personId);
    if (payment.state !== "to_check") throw notToCheck();
    const { promised } = await sumRefundsOf(ctx.db, payment.id);
    const { checkReason, orderId, personId } = payment;
    const given = { checkReason, hasOrder: orderId !== null, hasPerson: personId !== null };
    // What has gone back already is no obstacle: the rest still waits.
    const choices = choicesOf({ ...given, isGoingBack: new Big(promised).gt(payment.refunded) });
    if (!choices.includes(input.resolution)) throw choiceNotPossible();
    await decide(ctx, payment, input);
    await recordAudit(ctx, {
      action: "payment.resolved",
      subjectKind: "payment",
      subjectId: payment.id,
      after: { resolution: input.resolution, reason: checkReason },
    });
    await notifyLive(ctx.db, { workspaceId: payment.workspaceId, topic: "payments" });
    return readPayment(ctx, { paymentId: payment.id });
  });
}

async function decide(ctx: ActionContext, payment: PaymentRow, { resolution, note, personId }: Resolve): Promise<void> {
  if (resolution === "dismissed" && !note?.trim()) throw noteNeeded();
  const { actor } = ctx;
  await updatePayment(ctx.db, payment.id, {
    resolution,
    note: note?.trim() || null,
    resolvedBy: actor.kind === "person" ? actor.personId : null,
    resolvedAt: ctx.now,
  });
  if (payment.checkReason === "charged_back") return decideGone(ctx, payment, resolution);
  if (resolution === "accepted") return accept(ctx, payment);
  const { workspaceId, id: paymentId, orderId, currency } = payment;
  const amount = leftOf(payment);
  let holder = payment.personId;
  if (orderId !== null) await giveUpInvoices(ctx, payment, orderId);
  await stopSubscriptionOf(ctx, payment);
  if (resolution === "to_balance") holder = await toBalance(ctx, payment, personId ?? payment.personId);
  else if (resolution === "dismissed") await dismiss(ctx, payment);
  else {
    const asked = { paymentId, orderId, personId: payment.personId, amount, currency, to: "provider" as const };
    await requestRefund(ctx, { ...asked, reason: note?.trim() || null, needsSecond: false });
  }
  const fact = { workspaceId, paymentId, orderId, personId: holder, resolution, amount, currency };
  await publish(ctx.db, paymentTurnedAway, fact);
}

/** It pays its order, as if it had been right: the shop takes it from the customer's account. */
async function accept(ctx: ActionContext, payment: PaymentRow): Promise<void> {
  const { workspaceId, id: paymentId, orderId, personId, provider, currency, invoiceId } = payment;
  if (orderId === null || personId === null) throw choiceNotPossible();
  const amount = leftOf(payment);
  const invoice = invoiceId === null ? null : await lockInvoice(ctx.db, workspaceId, invoiceId);
  // Its order is paid already: what this money began at Telegram beside it is for nothing.
  if (invoice?.state === "paid") await stopSubscriptionOf(ctx, payment);
  else if (invoice) await updateInvoice(ctx.db, invoice.id, { state: "paid", endedAt: ctx.now, askAt: null });
  // A second invoice that the order asked for meanwhile is not to be paid too.
  await closeInvoice(ctx, orderId, "cancelled");
  await movePayment(
    ctx,
    payment,
    "payment.accepted",
    transfer({ kind: "to_check" }, { kind: "customer", holder: personId }, currency, amount),
  );
  await updatePayment(ctx.db, paymentId, { state: "settled" });
  const fact = {
    workspaceId,
    paymentId,
    orderId,
    personId,
    provider,
    amount,
    currency,
    isByHand: true,
    isRenewal: false,
  };
  await publish(ctx.db, paymentSettled, fact);
}

async function knownPerson(ctx: ActionContext, personId: string | null): Promise<{ id: string }> {
  const people = personId === null ? null : await knownPersons(ctx.db, ctx.actor.workspaceId, [personId]);
  const known = people?.get(personId ?? "");
  if (!known) throw personNotFound();
  return known;
}

/** Answers with whose it is. */
async function toBalance(ctx: ActionContext, payment: PaymentRow, personId: string | null): Promise<string> {
  const known = await knownPerson(ctx, personId);
  const entries = transfer(
    { kind: "to_check" },
    { kind: "customer", holder: known.id },
    payment.currency,
    leftOf(payment),
  );
  await movePayment(ctx, payment, "payment.to_balance", entries);
  await updatePayment(ctx.db, payment.id, { state: "settled", personId: known.id });
  return known.id;
}

/** It is not ours: its booking is undone. */
async function dismiss(ctx: ActionContext, payment: PaymentRow): Promise<void> {
  const provider = { kind: "provider", holder: payment.provider } as const;
  await movePayment(
    ctx,
    payment,
    "payment.dismissed",
    transfer({ kind: "to_check" }, provider, payment.currency, leftOf(payment)),
  );
  await updatePayment(ctx.db, payment.id, { state: "returned" });
}

/**
 * About money that its provider took away again: it is there after all, it is treated as given back (its order follows), or it is a loss
 * that leaves the order alone.
 */
async function decideGone(
  ctx: ActionContext,
  payment: PaymentRow,
  resolution: ResolveBody["resolution"],
): Promise<void> {
  const amount = leftOf(payment);
  if (resolution === "accepted") {
    await bringBack(ctx, payment, { checkReason: null });
    return;
  }
  if (resolution === "dismissed") {
    const entries = transfer({ kind: "revenue" }, { kind: "to_check" }, payment.currency, amount);
    await movePayment(ctx, payment, "payment.lost", entries);
    await updatePayment(ctx.db, payment.id, { state: "returned" });
    return;
  }
  // The books first say again that the provider has it, and then that it went back.
  const settled = await bringBack(ctx, payment, { checkReason: payment.checkReason });
  await giveBackOutside(ctx, settled, amount, null);
}
