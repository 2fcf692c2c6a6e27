import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import Big from "big.js";
import type { Refund } from "../contracts.ts";
import {
  choiceNotPossible,
  paymentNotFound,
  refundInDoubt,
  refundNotFound,
  refundNotWaiting,
  refundTooLarge,
  secondPersonNeeded,
  takenBack,
} from "../errors.ts";
import { moveRefundJob } from "../jobs.ts";
import { presentRefunds } from "../present.ts";
import { lockOwnPayment } from "../queries.ts";
import {
  insertRefund,
  lockLostRefunds,
  lockOwnRefund,
  type RefundRow,
  sumRefundsOf,
  updateRefund,
} from "../refund-queries.ts";
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
 * they are made. Money that lies on the customer's balance is set aside until it is gone. One that failed without anybody knowing whether
 * it went out is taken up under its own id, so that it is looked for before anything is sent. Throws `payments.payment_not_found`,
 * `payments.taken_back` for money that its provider took away and nobody has decided about, `payments.refund_too_large`,
 * `payments.refund_in_doubt` for another amount than the one that may have gone out, `payments.balance_too_low` and, for what makes no
 * sense (a balance onto itself, a provider without a payment), `payments.choice_not_possible`.
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
    if (payment.state === "to_check" && payment.checkReason === "charged_back") throw takenBack();
    // What is returned is gone, also when it was a loss and no refund.
    const whole = payment.state === "returned" ? "0" : payment.amount;
    const { promised } = await sumRefundsOf(ctx.db, payment.id);
    const left = new Big(whole).minus(promised);
    if (left.lt(amount)) throw refundTooLarge(left.lt(0) ? "0" : left.toFixed(), currency);
  }
  const state = input.needsSecond ? ("requested" as const) : ("sending" as const);
  const wanted = { orderId, personId, source, reason, state, requestedBy: askedBy(ctx) };
  const lost = payment && to === "provider" ? await lostOf(ctx, payment.id, amount) : null;
  const refund = lost
    ? await updateRefund(ctx.db, lost.id, { ...wanted, ...anew, asked: lost.asked + 1 })
    : await insertRefund(ctx.db, { ...wanted, workspaceId, paymentId, amount, currency, to, createdAt: ctx.now });
  if (source === "customer") await holdFor(ctx, refund);
  return input.needsSecond ? told(ctx, refund) : send(ctx, refund, {});
}

const anew = { approvedBy: null, unheardSince: null, endedAt: null };

/** One of the payment's that may have gone out; null when none has. */
async function lostOf(ctx: ActionContext, paymentId: string, amount: string): Promise<RefundRow | null> {
  const lost = await lockLostRefunds(ctx.db, paymentId);
  const same = lost.find((refund) => new Big(refund.amount).eq(amount));
  const [other] = lost;
  if (!same && other) throw refundInDoubt(new Big(other.amount).toFixed(), other.currency);
  return same ?? null;
}

export async function send(
  ctx: ActionContext,
  refund: RefundRow,
  values: Partial<Pick<RefundRow, "approvedBy" | "state" | "problem" | "unheardSince">>,
): Promise<RefundRow> {
  const { id: refundId, workspaceId } = refund;
  const askAt = new Date(ctx.now.getTime() + lostAfterMs);
  const sending = await updateRefund(ctx.db, refundId, { state: "sending", ...values, askAt });
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

export const auditOf = ({ id, amount, currency, to }: RefundRow, action: string) => ({
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

/**
 * Takes back one that waits for its second person. What is on its way cannot be taken back. One that may have gone out before is as it was
 * before it was asked for again.
 */
export function cancelRefund(outer: ActionContext, { refundId }: { refundId: string }): Promise<Refund> {
  return inTransaction(outer, async (ctx) => {
    const refund = await lockWaiting(ctx, refundId);
    if (refund.asked === 0) await endRefund(ctx, refund, "cancelled", null);
    else await endRefund(ctx, refund, "failed", refund.problem, { isUnheard: true });
    await recordAudit(ctx, auditOf(refund, "refund.cancelled"));
    return presentOne(ctx, await lockOwnRefund(ctx.db, refund.workspaceId, refundId));
  });
}

export async function presentOne(ctx: ActionContext, refund: RefundRow | null): Promise<Refund> {
  const [shown] = await presentRefunds(ctx, refund ? [refund] : []);
  if (!shown) throw new Error("a refund that is there is not shown");
  return shown;
}
