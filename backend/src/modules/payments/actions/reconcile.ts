import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue, enqueueAll } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Reconciled } from "@db/schema/payments.ts";
import Big from "big.js";
import { connectionNotFound } from "../errors.ts";
import { reconcileJob } from "../jobs.ts";
import { botOf } from "../payment-account.ts";
import type { PaymentsPorts, ProviderPayment } from "../ports.ts";
import {
  type ConnectionRow,
  findConnection,
  findInvoice,
  findOwnConnection,
  findPaymentByRef,
  listConnectionsOn,
  listSettledBetween,
  type PaymentRow,
  updateConnection,
  updatePayment,
} from "../queries.ts";
import { askProvider, problemOf } from "../reach.ts";
import { tellRenewalsAgain } from "./renewals.ts";
import { settlePayment } from "./settle-payment.ts";
import { markGone } from "./taken-back.ts";

const hourMs = 3_600_000;
/** What was looked at before is looked at again so far back: refunds come later than their payments. */
const overlapMs = 48 * hourMs;
/** A first look goes this far back. */
const firstMs = 7 * 24 * hourMs;
/** A payment that young may not be on the list yet. */
const freshMs = hourMs;

/** The job of every night: each connection is compared by a job of its own, and what providers have not taken is told again. */
export async function reconcileAll(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const connections = await listConnectionsOn(ctx.db);
  await enqueueAll(
    ctx.db,
    reconcileJob,
    connections.map(({ id: connectionId, workspaceId }) => ({ connectionId, workspaceId })),
  );
  await tellRenewalsAgain(ctx);
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
  if (!connection || connection.disconnectedAt !== null) return;
  const since = new Date(
    connection.reconciledUntil ? connection.reconciledUntil.getTime() - overlapMs : ctx.now.getTime() - firstMs,
  );
  const result: Reconciled = { seen: 0, found: 0, refunds: 0, missing: 0 };
  const listed = new Set<string>();
  const read = new Set<string | null>();
  for (const botId of await botsOf(ctx, connection)) {
    const isRead = await readList(ctx, connection, botId, since, async (payment) => {
      listed.add(payment.ref);
      await compare(ctx, connection, payment, botId, result);
    });
    if (isRead) read.add(botId);
  }
  const until = new Date(ctx.now.getTime() - freshMs);
  for (const payment of await listSettledBetween(ctx.db, connectionId, new Date(since.getTime() + freshMs), until))
    if (!listed.has(payment.providerRef) && (await isGone(ctx, connection, payment, read))) {
      result.missing += 1;
      await markGone(ctx, payment);
    }
  await updateConnection(ctx.db, connectionId, { reconciledUntil: ctx.now, reconciled: result });
  ctx.log.info({ connectionId, ...result }, "payments compared with the provider's list");
  await notifyLive(ctx.db, { workspaceId: connection.workspaceId, topic: "payments", id: connectionId });
}

/** Stars are in each bot of the workspace; the others have one account. */
async function botsOf(ctx: ActionContext<PaymentsPorts>, connection: ConnectionRow): Promise<(string | null)[]> {
  if (connection.provider !== "stars") return [null];
  return (await ctx.ports.starsBots.listOf(ctx.db, connection.workspaceId)).map(({ botId }) => botId);
}

/** False for a bot that cannot be asked, which keeps nobody from asking the others; an account that cannot throws. */
async function readList(
  ctx: ActionContext<PaymentsPorts>,
  connection: ConnectionRow,
  botId: string | null,
  since: Date,
  take: (payment: ProviderPayment) => Promise<void>,
): Promise<boolean> {
  try {
    await askProvider(ctx, connection, botId, async (provider, access) => {
      for await (const page of provider.list(access, since)) for (const payment of page) await take(payment);
    });
    return true;
  } catch (error) {
    if (!(error instanceof IntegrationError) || botId === null || error.options.retryable) throw error;
    ctx.log.warn({ botId, problem: problemOf(error) }, "a bot's Stars could not be compared");
    return false;
  }
}

async function compare(
  ctx: ActionContext,
  connection: ConnectionRow,
  payment: ProviderPayment,
  botId: string | null,
  result: Reconciled,
): Promise<void> {
  result.seen += 1;
  const known = await findPaymentByRef(ctx.db, connection.workspaceId, connection.provider, payment.ref);
  if (known && known.botId === null && botId !== null) await updatePayment(ctx.db, known.id, { botId });
  if (known && new Big(payment.refunded).eq(0)) return;
  const { provider } = connection;
  const settled = await settlePayment(ctx, { provider, connection, botId, payment, foundBy: "reconciliation" });
  if (settled.isNew) result.found += 1;
  const after = await findPaymentByRef(ctx.db, connection.workspaceId, provider, payment.ref);
  if (known && after && !new Big(after.refunded).eq(known.refunded)) result.refunds += 1;
}

/**
 * Whether its provider, asked for it by name, does not say that it has it. While the provider does not answer it is taken to be there, and
 * so are Stars of a bot that is unknown or whose list was not read: only the bot that took them could miss them.
 */
async function isGone(
  ctx: ActionContext<PaymentsPorts>,
  connection: ConnectionRow,
  payment: PaymentRow,
  read: ReadonlySet<string | null>,
): Promise<boolean> {
  let botId: string | null = null;
  if (connection.provider === "stars") {
    const { invoiceId, workspaceId } = payment;
    botId = botOf(payment, invoiceId === null ? null : await findInvoice(ctx.db, workspaceId, invoiceId));
    if (botId === null || !read.has(botId)) return false;
  }
  try {
    const answer = await askProvider(ctx, connection, botId, (provider, access) =>
      provider.find(access, payment.providerRef),
    );
    return answer?.payment == null;
  } catch (error) {
    if (error instanceof IntegrationError) return false;
    throw error;
  }
}
