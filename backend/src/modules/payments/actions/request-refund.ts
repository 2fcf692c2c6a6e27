import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import Big from "big.js";
import type { Refund } from "../contracts.ts";
import {
  choiceNotPossible,
  paymentNotFound,
  refundNotFound,
  refundNotWaiting,
  refundTooLarge,
  secondPersonNeeded,
} from "../errors.ts";
import { moveRefundJob } from "../jobs.ts";
import { presentRefunds } from "../present.ts";
import { lockOwnPayment } from "../queries.ts";
import { insertRefund, lockOwnRefund, type RefundRow, sumRefundsOf, updateRefund } from "../refund-queries.ts";
import { holdFor, sourceOf } from "../refund-source.ts";
import { lockTill } from "./lock-till.ts";
import { endRefund } from "./settle-refund.ts";

/** A refund that has not moved by then has lost its job. */
const lostAfterMs = 5 * 60_000;

export interface RequestRefund {
  /** Null for an order that was paid from the balance alone. */
  paymentId: string | null;
  orderId: string | null;
  personId: string | null;
  /** Exact decimal text. */
  amount: string;
  currency: string;
  to: "provider" | "balance";
  reason: string | null;
  /** It is above the limit that one person may give back. */
  needsSecond: boolean;
}

const askedBy = ({ actor }: ActionContext) => (actor.kind === "person" ? actor.personId : null);

/**
 * Promises money back, in the caller's transaction; a job sends it. Not more than is left of the payment: promises count from the moment
 * they are made. Money that lies on the customer's balance is set aside until it is gone. Throws `payments.payment_not_found`,
 * `payments.refund_too_large`, `payments.balance_too_low` and, for what makes no sense (a balance onto itself, a provider without a
 * payment), `payments.choice_not_possible`.
 */
export async function requestRefund(ctx: ActionContext, input: RequestRefund): Promise<RefundRow> {
  const { workspaceId } = ctx.actor;
  const { paymentId, orderId, personId, currency, to, reason } = input;
  const amount = new Big(input.amount).toFixed();
  const payment = paymentId === null ? null : await lockOwnPayment(ctx.db, workspaceId, paymentId);
  if (paymentId !== null && !payment) throw paymentNotFound();
  const source = await sourceOf(ctx.db, workspaceId, payment, orderId);
  const isPossible = to === "provider" ? payment !== null : personId !== null && source !== "customer";
  if (!isPossible || !new Big(amount).gt(0) || (payment && payment.currency !== currency)) throw choiceNotPossible();
  if (payment) {
    const left = new Big(payment.amount).minus((await sumRefundsOf(ctx.db, payment.id)).promised);
    if (left.lt(amount)) throw refundTooLarge(left.toFixed(), currency);
  }
  const refund = await insertRefund(ctx.db, {
    workspaceId,
    paymentId,
    orderId,
    personId,
    amount,
    currency,
    to,
    source,
    reason,
    state: input.needsSecond ? "requested" : "sending",
    requestedBy: askedBy(ctx),
    createdAt: ctx.now,
  });
  if (source === "customer") await holdFor(ctx, refund);
  return input.needsSecond ? told(ctx, refund) : send(ctx, refund, {});
}

async function send(ctx: ActionContext, refund: RefundRow, values: { approvedBy?: string }): Promise<RefundRow> {
  const { id: refundId, workspaceId } = refund;
  const askAt = new Date(ctx.now.getTime() + lostAfterMs);
  const sending = await updateRefund(ctx.db, refundId, { ...values, state: "sending", askAt });
  await enqueue(ctx.db, moveRefundJob, { workspaceId, refundId });
  return told(ctx, sending);
}

async function told(ctx: ActionContext, refund: RefundRow): Promise<RefundRow> {
  await notifyLive(ctx.db, { workspaceId: refund.workspaceId, topic: "payments" });
  return refund;
}

async function lockWaiting(ctx: ActionContext, refundId: string): Promise<RefundRow> {
  await lockTill(ctx.db, ctx.actor.workspaceId);
  const refund = await lockOwnRefund(ctx.db, ctx.actor.workspaceId, refundId);
  if (!refund) throw refundNotFound();
  if (refund.state !== "requested") throw refundNotWaiting();
  return refund;
}

const auditOf = ({ id, amount, currency, to }: RefundRow, action: string) => ({
  action,
  subjectKind: "refund",
  subjectId: id,
  after: { amount: new Big(amount).toFixed(), currency, to },
});

/** The second pair of eyes: a person, and another one than whoever asked. Throws `payments.second_person_needed`. */
export function approveRefund(outer: ActionContext, { refundId }: { refundId: string }): Promise<Refund> {
  return inTransaction(outer, async (ctx) => {
    const refund = await lockWaiting(ctx, refundId);
    const approvedBy = askedBy(ctx);
    if (approvedBy === null || approvedBy === refund.requestedBy) throw secondPersonNeeded();
    const sending = await send(ctx, refund, { approvedBy });
    await recordAudit(ctx, auditOf(refund, "refund.approved"));
    return presentOne(ctx, sending);
  });
}

/** Takes back one that waits for its second person. What is on its way cannot be taken back. */
export function cancelRefund(outer: ActionContext, { refundId }: { refundId: string }): Promise<Refund> {
  return inTransaction(outer, async (ctx) => {
    const refund = await lockWaiting(ctx, refundId);
    await endRefund(ctx, refund, "cancelled", null);
    await recordAudit(ctx, auditOf(refund, "refund.cancelled"));
    return presentOne(ctx, await lockOwnRefund(ctx.db, refund.workspaceId, refundId));
  });
}

async function presentOne(ctx: ActionContext, refund: RefundRow | null): Promise<Refund> {
  const [shown] = await presentRefunds(ctx, refund ? [refund] : []);
  if (!shown) throw new Error("a refund that is there is not shown");
  return shown;
}
