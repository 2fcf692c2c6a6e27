import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import { appLink } from "@backend/modules/messaging/index.ts";
import Big from "big.js";
import { nextMake } from "../domain/plans.ts";
import { invoiceFailed } from "../events.ts";
import { closeAtProviderJob, hearInvoiceJob, makeInvoiceJob } from "../jobs.ts";
import type {
  InvoiceRequest,
  PaymentProvider,
  PaymentsPorts,
  ProviderAccess,
  ProviderInvoice,
  ProviderProblem,
} from "../ports.ts";
import { findConnection, findInvoice, type InvoiceRow, lockInvoice, updateInvoice } from "../queries.ts";
import { askProvider, problemOf } from "../reach.ts";
import { lockTill } from "./lock-till.ts";

/** Providers refuse less than a minute. */
const leastSeconds = 60;

/**
 * The job: one try to have an invoice made at its provider. That a try begins is written down before it: only the very first may leave
 * out looking for what an earlier one has made. A process that dies behind the call finds the invoice by its reference.
 */
export async function makeInvoice(
  ctx: ActionContext<PaymentsPorts>,
  input: { workspaceId: string; invoiceId: string },
): Promise<void> {
  const begun = await inTransaction(ctx, async ({ db }) => {
    const invoice = await lockInvoice(db, input.workspaceId, input.invoiceId);
    if (invoice?.state !== "new") return null;
    await updateInvoice(db, invoice.id, { asked: invoice.asked + 1 });
    return { ...invoice, asked: invoice.asked + 1 };
  });
  const connection = begun?.connectionId ? await findConnection(ctx.db, begun.connectionId) : null;
  if (!begun) return;
  // It was given up meanwhile: nothing new is paid with it.
  if (!connection || connection.disconnectedAt !== null) return giveUp(ctx, begun, "account_gone");
  let made: ProviderInvoice;
  try {
    const request = await requestFor(ctx, begun);
    const open = (provider: PaymentProvider, access: ProviderAccess) => provider.open(access, request);
    made = await askProvider(ctx, connection, begun.botId, open, { isNew: true });
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    const pauseMs = error.options.retryable ? nextMake(begun.asked) : null;
    if (pauseMs === null) return giveUp(ctx, begun, problemOf(error));
    return tryLater(ctx, begun, problemOf(error), Math.max(pauseMs, error.options.retryAfterMs ?? 0));
  }
  killPoint("payments.invoice-made");
  await inTransaction(ctx, (tx) => recordMade(tx, begun, made));
}

async function requestFor(ctx: ActionContext, invoice: InvoiceRow): Promise<InvoiceRequest> {
  const bot = invoice.botId === null ? null : await findBotById(ctx.db, invoice.botId);
  const secondsLeft = Math.ceil((invoice.expiresAt.getTime() - ctx.now.getTime()) / 1000);
  const { email, vatCode, taxSystemCode } = invoice;
  return {
    reference: invoice.id,
    amount: new Big(invoice.amount).toFixed(),
    currency: invoice.currency,
    title: invoice.title,
    description: invoice.description,
    expiresInSec: Math.max(leastSeconds, secondsLeft),
    returnUrl: bot ? appLink(bot.username, `mine/orders/${invoice.orderId}`) : "https://t.me/",
    isSubscription: invoice.isSubscription,
    receipt: email !== null && vatCode !== null ? { email, vatCode, taxSystemCode } : null,
    isRepeat: invoice.asked > 1,
  };
}

async function recordMade(
  ctx: ActionContext<PaymentsPorts>,
  { id, workspaceId }: InvoiceRow,
  made: ProviderInvoice,
): Promise<void> {
  const invoice = await lockInvoice(ctx.db, workspaceId, id);
  // Another worker's try may have recorded it: both found the same one.
  if (!invoice || invoice.providerRef !== null) return;
  const isWanted = invoice.state === "new";
  await updateInvoice(ctx.db, id, {
    providerRef: made.ref,
    links: made.links,
    problem: null,
    asked: 0,
    ...(isWanted ? { state: "open" as const } : {}),
  });
  if (!isWanted) await enqueue(ctx.db, closeAtProviderJob, { workspaceId, provider: invoice.provider, invoiceId: id });
  // A try whose answer was lost made it, and it was paid since.
  const { provider, connectionId } = invoice;
  if (made.state !== "open" && connectionId !== null)
    await enqueue(ctx.db, hearInvoiceJob, { workspaceId, provider, connectionId, ref: made.ref });
  await notifyLive(ctx.db, { workspaceId, topic: "orders", id: invoice.orderId, personId: invoice.personId });
}

function tryLater(ctx: ActionContext, invoice: InvoiceRow, problem: ProviderProblem, pauseMs: number): Promise<void> {
  const { id: invoiceId, workspaceId, provider, orderId, personId } = invoice;
  const runAt = new Date(ctx.now.getTime() + pauseMs);
  return inTransaction(ctx, async ({ db }) => {
    await updateInvoice(db, invoiceId, { problem });
    await enqueue(db, makeInvoiceJob, { workspaceId, provider, invoiceId }, { runAt });
    await notifyLive(db, { workspaceId, topic: "orders", id: orderId, personId });
  });
}

function giveUp(
  ctx: ActionContext,
  { id, workspaceId, orderId, personId, provider }: InvoiceRow,
  problem: ProviderProblem,
): Promise<void> {
  return inTransaction(ctx, async ({ db }) => {
    // The order ends with it, and what was set aside for it is free.
    await lockTill(db, workspaceId);
    const invoice = await lockInvoice(db, workspaceId, id);
    if (invoice?.state !== "new") return;
    // Its link was shown to nobody, so that nobody can pay it: it is not asked about again.
    await updateInvoice(db, id, { state: "failed", problem, endedAt: ctx.now, askAt: null });
    await publish(db, invoiceFailed, { workspaceId, invoiceId: id, orderId, provider, problem });
    await notifyLive(db, { workspaceId, topic: "orders", id: orderId, personId });
  });
}

/** The job: what was given up here is closed there. That it was paid in the last moment shows when it is asked about. */
export async function closeAtProvider(
  ctx: ActionContext<PaymentsPorts>,
  input: { workspaceId: string; invoiceId: string },
): Promise<void> {
  const invoice = await findInvoice(ctx.db, input.workspaceId, input.invoiceId);
  const { providerRef } = invoice ?? {};
  const connection = invoice?.connectionId ? await findConnection(ctx.db, invoice.connectionId) : null;
  if (!invoice || !connection || !providerRef || invoice.state === "paid") return;
  await askProvider(ctx, connection, invoice.botId, (provider, access) => provider.close(access, providerRef));
}
