import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import { nextAsk } from "../domain/plans.ts";
import { invoiceFailed } from "../events.ts";
import { askInvoiceJob, makeInvoiceJob, moveRefundJob } from "../jobs.ts";
import type { PaymentsPorts, ProviderInvoice } from "../ports.ts";
import {
  type ConnectionRow,
  claimDueInvoices,
  findConnection,
  findInvoice,
  lockInvoiceOf,
  setNextAsk,
  updateInvoice,
} from "../queries.ts";
import { askProvider, problemOf } from "../reach.ts";
import { claimDueRefunds } from "../refund-queries.ts";
import { lockTill } from "./lock-till.ts";
import { type FoundBy, settlePayment } from "./settle-payment.ts";

/** Invoices and refunds that one sweep starts; the next comes in a minute. */
const sweptAtOnce = 500;
const refundAgainMs = 5 * 60_000;

/**
 * The job: a webhook spoke of an invoice, so its provider is asked. What the webhook itself said is not looked at: it is a hint. An
 * invoice that the provider does not know is nobody's.
 */
export async function hearInvoice(
  ctx: ActionContext<PaymentsPorts>,
  { connectionId, ref }: { workspaceId: string; connectionId: string; ref: string },
): Promise<void> {
  const connection = await findConnection(ctx.db, connectionId);
  if (connection) await askFor(ctx, connection, null, ref, "webhook");
}

/** The job: our own look at one invoice. */
export async function askInvoice(
  ctx: ActionContext<PaymentsPorts>,
  input: { workspaceId: string; invoiceId: string; connectionId: string },
): Promise<void> {
  const invoice = await findInvoice(ctx.db, input.workspaceId, input.invoiceId);
  const connection = await findConnection(ctx.db, input.connectionId);
  if (!invoice?.providerRef || !connection || invoice.state === "paid") return;
  try {
    await askFor(ctx, connection, invoice.botId, invoice.providerRef, "sweep");
  } catch (error) {
    // The connection says so; the next sweep asks again.
    if (!(error instanceof IntegrationError)) throw error;
    ctx.log.info({ provider: connection.provider, problem: problemOf(error) }, "an invoice could not be asked about");
  }
}

async function askFor(
  ctx: ActionContext<PaymentsPorts>,
  connection: ConnectionRow,
  botId: string | null,
  ref: string,
  foundBy: FoundBy,
): Promise<void> {
  const answer = await askProvider(ctx, connection, botId, (provider, access) => provider.find(access, ref));
  killPoint("payments.asked");
  if (answer?.payment)
    await settlePayment(ctx, {
      provider: connection.provider,
      connection,
      botId: connection.provider === "stars" ? botId : null,
      payment: answer.payment,
      foundBy,
    });
  else if (answer && answer.state !== "open") await inTransaction(ctx, (tx) => noteEnd(tx, connection, answer));
}

/** It cannot be paid any more: the provider's own end of it is final. An order that still waits hears of it. */
async function noteEnd(
  ctx: ActionContext,
  { id: connectionId, workspaceId, provider }: ConnectionRow,
  { ref, state }: ProviderInvoice,
): Promise<void> {
  await lockTill(ctx.db, workspaceId);
  const invoice = await lockInvoiceOf(ctx.db, workspaceId, provider, { connectionId, ref, reference: null });
  if (!invoice || invoice.askAt === null) return;
  const isOpen = invoice.state === "open";
  const ended = state === "cancelled" ? ("cancelled" as const) : ("expired" as const);
  await updateInvoice(ctx.db, invoice.id, { askAt: null, ...(isOpen ? { state: ended, endedAt: ctx.now } : {}) });
  if (!isOpen) return;
  const { id: invoiceId, orderId, personId } = invoice;
  await publish(ctx.db, invoiceFailed, { workspaceId, invoiceId, orderId, provider, problem: ended });
  await notifyLive(ctx.db, { workspaceId, topic: "orders", id: orderId, personId });
}

/**
 * The job of every minute: invoices and refunds whose time has come get a job each. They are claimed with their next time, so that two
 * sweeps at once ask once, and one that dies here is followed by the next.
 */
export async function sweepPayments(outer: ActionContext, _: Record<string, never>): Promise<void> {
  await inTransaction(outer, async ({ db, now }) => {
    const due = await claimDueInvoices(db, now, sweptAtOnce);
    await setNextAsk(
      db,
      due.map((invoice) => ({ id: invoice.id, askAt: nextAsk(invoice, invoice.asked, now) })),
    );
    const isUnmade = ({ state }: (typeof due)[number]) => state === "new";
    const named = (invoice: (typeof due)[number]) => {
      const { id: invoiceId, workspaceId, provider } = invoice;
      return { invoiceId, workspaceId, provider };
    };
    await enqueueAll(db, makeInvoiceJob, due.filter(isUnmade).map(named));
    const asked = due.flatMap((invoice) => {
      const { connectionId, providerRef } = invoice;
      return connectionId !== null && providerRef !== null ? [{ ...named(invoice), connectionId }] : [];
    });
    await enqueueAll(db, askInvoiceJob, asked);
  });
  await inTransaction(outer, async ({ db, now }) => sweepRefunds(db, now));
}

async function sweepRefunds(db: Db, now: Date): Promise<void> {
  const due = await claimDueRefunds(db, now, new Date(now.getTime() + refundAgainMs), sweptAtOnce);
  await enqueueAll(
    db,
    moveRefundJob,
    due.map(({ id: refundId, workspaceId }) => ({ refundId, workspaceId })),
  );
}
