import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { publish } from "@backend/kit/events.ts";
import { enqueue, enqueueAll } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Reconciled } from "@db/schema/payments.ts";
import Big from "big.js";
import { transfer } from "../domain/entries.ts";
import { connectionNotFound } from "../errors.ts";
import { paymentNeedsCheck } from "../events.ts";
import { reconcileJob } from "../jobs.ts";
import type { PaymentsPorts, ProviderAccess, ProviderPayment } from "../ports.ts";
import {
  type ConnectionRow,
  findConnection,
  findInvoice,
  findOwnConnection,
  findPaymentByRef,
  listConnectionsOn,
  listSettledBetween,
  lockOwnPayment,
  type PaymentRow,
  updateConnection,
  updatePayment,
} from "../queries.ts";
import { askProvider } from "../reach.ts";
import { book } from "./book.ts";
import { lockTill } from "./lock-till.ts";
import { settlePayment } from "./settle-payment.ts";

const hourMs = 3_600_000;
/** What was looked at before is looked at again so far back: refunds come later than their payments. */
const overlapMs = 48 * hourMs;
/** A first look goes this far back. */
const firstMs = 7 * 24 * hourMs;
/** A payment that young may not be on the list yet. */
const freshMs = hourMs;

/** The job of every night: each connection is compared by a job of its own. */
export async function reconcileAll(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const connections = await listConnectionsOn(ctx.db);
  await enqueueAll(
    ctx.db,
    reconcileJob,
    connections.map(({ id: connectionId, workspaceId }) => ({ connectionId, workspaceId })),
  );
}

/** The same at once, because a member wants to know. Throws `payments.connection_not_found`. */
export async function requestReconciliation(
  ctx: ActionContext,
  input: { paymentConnectionId: string },
): Promise<{ ok: true }> {
  const connection = await findOwnConnection(ctx.db, ctx.actor.workspaceId, input.paymentConnectionId);
  if (!connection) throw connectionNotFound();
  const { id: connectionId, workspaceId } = connection;
  await inTransaction(ctx, async (tx) => {
    await enqueue(tx.db, reconcileJob, { connectionId, workspaceId });
    await recordAudit(tx, {
      action: "payments.reconciled",
      subjectKind: "payment_connection",
      subjectId: connectionId,
    });
  });
  return { ok: true };
}

/**
 * The job: the provider's list beside ours. A payment that only they have is taken in as if it had been told (what does not fit then
 * waits for a person); money that went back there is booked; one that only we have is asked for by name, and when the provider does not
 * say that it has it, it waits as charged back.
 */
export async function reconcile(
  ctx: ActionContext<PaymentsPorts>,
  { connectionId }: { workspaceId: string; connectionId: string },
): Promise<void> {
  const connection = await findConnection(ctx.db, connectionId);
  if (!connection) return;
  const since = new Date(
    connection.reconciledUntil ? connection.reconciledUntil.getTime() - overlapMs : ctx.now.getTime() - firstMs,
  );
  const result: Reconciled = { seen: 0, found: 0, refunds: 0, missing: 0 };
  const listed = new Set<string>();
  for (const access of await accessesOf(ctx, connection))
    await askProvider(ctx, connection, access.botId, async (provider) => {
      for await (const page of provider.list(access.access, since))
        for (const payment of page) {
          listed.add(payment.ref);
          await compare(ctx, connection, payment, result);
        }
    });
  const until = new Date(ctx.now.getTime() - freshMs);
  for (const payment of await listSettledBetween(ctx.db, connectionId, new Date(since.getTime() + freshMs), until))
    if (!listed.has(payment.providerRef) && !(await isStillThere(ctx, connection, payment))) {
      result.missing += 1;
      await markGone(ctx, payment);
    }
  await updateConnection(ctx.db, connectionId, { reconciledUntil: ctx.now, reconciled: result });
  ctx.log.info({ connectionId, ...result }, "payments compared with the provider's list");
  await notifyLive(ctx.db, { workspaceId: connection.workspaceId, topic: "payments", id: connectionId });
}

/** Stars are in each bot of the workspace; the others have one account. */
async function accessesOf(
  ctx: ActionContext<PaymentsPorts>,
  connection: ConnectionRow,
): Promise<{ botId: string | null; access: ProviderAccess }[]> {
  if (connection.provider !== "stars")
    return [{ botId: null, access: ctx.ports.vault.open(connection.credentialsSealed ?? "") }];
  const bots = await ctx.ports.starsBots.listOf(ctx.db, connection.workspaceId);
  return bots.map(({ botId, token }) => ({ botId, access: token }));
}

async function compare(
  ctx: ActionContext,
  connection: ConnectionRow,
  payment: ProviderPayment,
  result: Reconciled,
): Promise<void> {
  result.seen += 1;
  const known = await findPaymentByRef(ctx.db, connection.workspaceId, connection.provider, payment.ref);
  if (known && new Big(payment.refunded).eq(0)) return;
  const { provider } = connection;
  const settled = await settlePayment(ctx, { provider, connection, payment, foundBy: "reconciliation" });
  if (settled.isNew) result.found += 1;
  const after = await findPaymentByRef(ctx.db, connection.workspaceId, provider, payment.ref);
  if (known && after && !new Big(after.refunded).eq(known.refunded)) result.refunds += 1;
}

/** While its provider does not say, it is taken to be there. */
async function isStillThere(
  ctx: ActionContext<PaymentsPorts>,
  connection: ConnectionRow,
  payment: PaymentRow,
): Promise<boolean> {
  const invoice = payment.invoiceId === null ? null : await findInvoice(ctx.db, payment.workspaceId, payment.invoiceId);
  const ref = invoice?.providerRef ?? payment.providerRef;
  try {
    const answer = await askProvider(ctx, connection, invoice?.botId ?? null, (provider, access) =>
      provider.find(access, ref),
    );
    return answer?.payment != null;
  } catch (error) {
    if (error instanceof IntegrationError) return true;
    throw error;
  }
}

/** The books say that the provider has it no more; what that means is a person's to decide. */
function markGone(outer: ActionContext, given: PaymentRow): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    await lockTill(ctx.db, given.workspaceId);
    const payment = await lockOwnPayment(ctx.db, given.workspaceId, given.id);
    if (payment?.state !== "settled") return;
    const { workspaceId, id: paymentId, orderId, provider, currency } = payment;
    const amount = new Big(payment.amount).minus(payment.refunded).toFixed();
    await book(ctx.db, {
      workspaceId,
      cause: "payment.gone",
      causeId: `${paymentId}:${ctx.now.getTime()}`,
      at: ctx.now,
      entries: transfer({ kind: "to_check" }, { kind: "provider", holder: provider }, currency, amount),
    });
    await updatePayment(ctx.db, paymentId, {
      state: "to_check",
      checkReason: "charged_back",
      resolution: null,
      resolvedBy: null,
      resolvedAt: null,
      note: null,
    });
    const fact = { workspaceId, paymentId, orderId, provider, reason: "charged_back", amount, currency };
    await publish(ctx.db, paymentNeedsCheck, fact);
    await notifyLive(ctx.db, { workspaceId, topic: "payments" });
  });
}
