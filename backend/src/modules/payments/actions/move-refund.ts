import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { knownPersons } from "@backend/modules/identity/index.ts";
import Big from "big.js";
import { isLost, nextRefundStep } from "../domain/plans.ts";
import { moveRefundJob } from "../jobs.ts";
import { accountOf } from "../payment-account.ts";
import type {
  PaymentProvider,
  PaymentsPorts,
  ProviderAccess,
  ProviderProblem,
  ProviderRefund,
  RefundRequest,
} from "../ports.ts";
import { findInvoice, findOwnPayment, type InvoiceRow, type PaymentRow } from "../queries.ts";
import { askProvider, problemOf } from "../reach.ts";
import { findOwnRefund, lockOwnRefund, type RefundRow, updateRefund } from "../refund-queries.ts";
import { isStuck } from "../refund-state.ts";
import { endRefund, settleRefund } from "./settle-refund.ts";

/** A step that was lost is found by the sweep this long after its time. */
const lostAfterMs = 5 * 60_000;

/**
 * The job: one step of a refund. That a try begins is written down before the call, so that every further try looks for what an earlier
 * one may have done: a time-out, a 500 or a kill behind the call give the money back once. Its outcome unknown, it is tried for three days
 * (`domain/plans.ts`), or until nobody is there to be asked.
 */
export async function moveRefund(
  ctx: ActionContext<PaymentsPorts>,
  input: { workspaceId: string; refundId: string },
): Promise<void> {
  const refund = await findOwnRefund(ctx.db, input.workspaceId, input.refundId);
  if (!refund || !(refund.state === "sending" || refund.state === "pending") || isStuck(refund)) return;
  if (refund.to === "balance") return inTransaction(ctx, (tx) => settleRefund(tx, refund, null));
  const payment = refund.paymentId === null ? null : await findOwnPayment(ctx.db, refund.workspaceId, refund.paymentId);
  if (!payment) return inTransaction(ctx, (tx) => endRefund(tx, refund, "failed", "not_found"));
  const invoice = payment.invoiceId === null ? null : await findInvoice(ctx.db, payment.workspaceId, payment.invoiceId);
  const begun = await updateRefund(ctx.db, refund.id, { asked: refund.asked + 1 });
  let answer: ProviderRefund | null;
  // What an earlier try has done is not known before the provider has said it: until then no refusal is the end (a key may be changed
  // between two tries), or the same money could be promised and sent once more.
  let isKnown = begun.asked === 1;
  try {
    const request = await requestFor(ctx, begun, payment, invoice);
    const account = await accountOf(ctx, payment, invoice);
    if (!account) return lose(ctx, begun, payment.provider === "stars" ? "bot_gone" : "account_gone");
    answer = await askProvider(ctx, account.through, account.botId, (provider, access) =>
      step(provider, access, begun, request, () => {
        isKnown = true;
      }),
    );
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const problem = problemOf(error);
    if (problem === "account_gone" || problem === "bot_gone") return lose(ctx, begun, problem);
    if (error.options.retryable || !isKnown) return later(ctx, begun, problem, error.options.retryAfterMs ?? 0);
    return inTransaction(ctx, (tx) => endRefund(tx, begun, "failed", problem));
  }
  killPoint("payments.refund-answered");
  if (answer?.state === "succeeded") return inTransaction(ctx, (tx) => settleRefund(tx, begun, answer.ref));
  if (answer?.state === "failed")
    return inTransaction(ctx, (tx) => endRefund(tx, begun, "failed", answer.problem ?? "request_refused"));
  await later(ctx, begun, answer?.problem ?? null, 0, answer?.ref ?? null);
}

/** A first try sends; a further one looks first, and tells that it has. One that the provider works on is only looked at. */
async function step(
  provider: PaymentProvider,
  access: ProviderAccess,
  refund: RefundRow,
  request: RefundRequest,
  looked: () => void,
): Promise<ProviderRefund | null> {
  const find = async () => {
    const found = await provider.findRefund(access, { ...request, ref: refund.providerRef });
    looked();
    return found;
  };
  if (refund.state === "pending") return find();
  return (refund.asked > 1 ? await find() : null) ?? (await provider.refund(access, request));
}

async function requestFor(
  ctx: ActionContext,
  refund: RefundRow,
  payment: PaymentRow,
  invoice: InvoiceRow | null,
): Promise<RefundRequest> {
  const { workspaceId, personId } = payment;
  const person = personId === null ? undefined : (await knownPersons(ctx.db, workspaceId, [personId])).get(personId);
  const isFull = new Big(refund.amount).eq(payment.amount);
  const plain = (amount: string) => new Big(amount).toFixed();
  return {
    refundId: refund.id,
    paymentRef: payment.providerRef,
    amount: plain(refund.amount),
    currency: refund.currency,
    paidAmount: payment.paidAmount === null ? null : plain(payment.paidAmount),
    paidAsset: payment.paidAsset,
    isFull,
    reason: refund.reason,
    payerTelegramId: person?.telegramId ?? null,
    receipt:
      invoice?.email != null && invoice.vatCode !== null
        ? { email: invoice.email, vatCode: invoice.vatCode, taxSystemCode: invoice.taxSystemCode }
        : null,
  };
}

/**
 * Nobody will say what became of it: it ends as failed, so that it can be asked for again, or the money be given back onto the balance. One
 * that was tried before may have gone out, and says so (`unheardSince`): asked for again it keeps its id, and is looked for first.
 */
function lose(ctx: ActionContext, refund: RefundRow, problem: ProviderProblem): Promise<void> {
  const isUnheard = refund.asked > 1;
  return inTransaction(ctx, (tx) => endRefund(tx, refund, "failed", problem, { isUnheard }));
}

/** `ref` is told when the provider works on it. */
function later(
  ctx: ActionContext,
  given: RefundRow,
  problem: ProviderProblem | null,
  leastMs: number,
  ref: string | null = null,
): Promise<void> {
  const unheardSince = problem === null ? null : (given.unheardSince ?? ctx.now);
  if (problem !== null && unheardSince && isLost(unheardSince, ctx.now))
    return inTransaction(ctx, (tx) => endRefund(tx, given, "failed", problem, { isUnheard: true }));
  return inTransaction(ctx, async ({ db }) => {
    const refund = await lockOwnRefund(db, given.workspaceId, given.id);
    if (!refund || refund.endedAt !== null) return;
    const { id: refundId, workspaceId } = refund;
    const runAt = new Date(ctx.now.getTime() + Math.max(leastMs, nextRefundStep(refund.asked)));
    await updateRefund(db, refundId, {
      problem,
      unheardSince,
      askAt: new Date(runAt.getTime() + lostAfterMs),
      ...(ref === null ? {} : { state: "pending" as const, providerRef: ref }),
    });
    await enqueue(db, moveRefundJob, { workspaceId, refundId }, { runAt });
    if (problem !== refund.problem || ref !== null) await notifyLive(db, { workspaceId, topic: "payments" });
  });
}
