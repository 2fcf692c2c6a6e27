/** Subscriptions that began at Telegram with money that pays no order here: nothing is given for their months, so none is to be charged. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueue, enqueueAll } from "@backend/kit/jobs.ts";
import type { Static } from "elysia";
import { subscriptionMoved } from "../events.ts";
import { stopSubscriptionJob } from "../jobs.ts";
import { accountOf } from "../payment-account.ts";
import type { PaymentsPorts, ProviderProblem } from "../ports.ts";
import { findInvoice, findOwnPayment, type InvoiceRow, type PaymentRow, updatePayment } from "../queries.ts";
import { askProvider, problemOf } from "../reach.ts";
import { tellAtMostMs } from "../renewal-queries.ts";
import { lockTill } from "./lock-till.ts";

type Ctx = ActionContext<PaymentsPorts>;
type Stop = Static<(typeof stopSubscriptionJob)["payload"]>;

const dayMs = 86_400_000;

/**
 * In the transaction that decides that money pays nothing: whoever paid it would be charged every month, if it was the first of a subscription
 * (two who were let to pay at the same moment, a link that was passed on, an order that had ended). Nothing for all other money.
 */
export async function stopSubscriptionOf(
  ctx: Pick<ActionContext, "db" | "now">,
  { id: paymentId, workspaceId, payerTelegramId }: PaymentRow,
): Promise<void> {
  if (payerTelegramId === null) return;
  await enqueue(ctx.db, stopSubscriptionJob, {
    ...{ workspaceId, paymentId, payerTelegramId },
    ...{ askedAt: ctx.now.toISOString(), isTold: false },
  });
}

/** Of somebody who is erased, whose id goes with the jobs: afterwards it is nowhere else any more. */
export async function stopSubscriptionsOf(
  ctx: Pick<ActionContext, "db" | "now">,
  payments: readonly PaymentRow[],
): Promise<void> {
  const askedAt = ctx.now.toISOString();
  await enqueueAll(
    ctx.db,
    stopSubscriptionJob,
    payments.flatMap(({ id: paymentId, workspaceId, payerTelegramId }) =>
      payerTelegramId === null ? [] : [{ workspaceId, paymentId, payerTelegramId, askedAt, isTold: false }],
    ),
  );
}

/**
 * The job: has Telegram charge no further month, as often as it takes; a repeat changes nothing there. A refusal is said in the order's story
 * once and tried again every day, as long as a month can still be charged that nobody has seen.
 */
export async function stopSubscription(ctx: Ctx, stop: Stop): Promise<void> {
  const { workspaceId, paymentId, payerTelegramId } = stop;
  const payment = await findOwnPayment(ctx.db, workspaceId, paymentId);
  const invoice = payment?.invoiceId ? await findInvoice(ctx.db, workspaceId, payment.invoiceId) : null;
  if (!payment || !invoice) return;
  try {
    const account = await accountOf(ctx, payment, invoice);
    if (!account) return await refuse(ctx, invoice, stop, "bot_gone");
    const request = { paymentRef: payment.providerRef, payerTelegramId, isOn: false };
    await askProvider(ctx, account.through, account.botId, async (provider, access) =>
      provider.setRenewal?.(access, request),
    );
  } catch (error) {
    if (!(error instanceof IntegrationError) || error.options.retryable) throw error;
    return refuse(ctx, invoice, stop, problemOf(error));
  }
  await inTransaction(ctx, async ({ db }) => {
    await lockTill(db, workspaceId);
    await publish(db, subscriptionMoved, {
      ...factOf(invoice),
      state: isSecond(invoice) ? "second_stopped" : "stopped",
    });
    await updatePayment(db, paymentId, { payerTelegramId: null });
  });
}

const factOf = ({ id: invoiceId, workspaceId, orderId }: InvoiceRow) => ({ workspaceId, invoiceId, orderId });

/** Another subscription pays for the order: its own goes on. */
const isSecond = ({ state }: InvoiceRow): boolean => state === "paid";

async function refuse(outer: Ctx, invoice: InvoiceRow, stop: Stop, problem: ProviderProblem): Promise<void> {
  const { workspaceId, paymentId } = stop;
  outer.log.warn({ workspaceId, paymentId, problem }, "a subscription that pays for nothing could not be stopped");
  await inTransaction(outer, async ({ db, now }) => {
    await lockTill(db, workspaceId);
    const state = isSecond(invoice) ? ("second_kept" as const) : ("kept" as const);
    if (!stop.isTold) await publish(db, subscriptionMoved, { ...factOf(invoice), state, problem });
    if (now.getTime() - Date.parse(stop.askedAt) >= tellAtMostMs) return;
    await enqueue(db, stopSubscriptionJob, { ...stop, isTold: true }, { runAt: new Date(now.getTime() + dayMs) });
  });
}
