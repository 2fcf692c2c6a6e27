import type { ActionContext } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import { type InvoiceLinks, type InvoiceState, type Provider, providers } from "@db/schema/payments.ts";
import Big from "big.js";
import { currenciesOf } from "../domain/currencies.ts";
import { nextAsk } from "../domain/plans.ts";
import { methodNotAvailable } from "../errors.ts";
import { closeAtProviderJob, makeInvoiceJob } from "../jobs.ts";
import {
  findConnectionOf,
  findLatestInvoice,
  type InvoiceRow,
  insertInvoice,
  listOwnConnections,
  lockOpenInvoice,
  updateInvoice,
} from "../queries.ts";
import { isUsable } from "../reach.ts";

export interface OpenInvoice {
  orderId: string;
  personId: string;
  /** Through which the person came; Stars are paid through it. */
  botId: string | null;
  provider: Provider;
  /** Exact decimal text. */
  amount: string;
  currency: string;
  title: string;
  description: string;
  isSubscription: boolean;
  email: string | null;
  /** Codes of a receipt (54-FZ); without them, or without an address, there is none. */
  receipt?: { vatCode: number; taxSystemCode: number | null } | null;
  expiresAt: Date;
}

/** Which providers can be paid with now: connected, switched on, and not refusing our key. In one order always. */
export async function methodsOf(
  db: Db,
  workspaceId: string,
): Promise<{ provider: Provider; currencies: readonly string[]; isTest: boolean }[]> {
  const connections = await listOwnConnections(db, workspaceId);
  return providers.flatMap((provider) => {
    const connection = connections.find((one) => one.provider === provider);
    return connection && isUsable(connection)
      ? [{ provider, currencies: currenciesOf[provider], isTest: connection.isTest }]
      : [];
  });
}

/**
 * Asks for money, in the caller's transaction: a row, and the job that has the invoice made once that is committed. An order that asks
 * again for the same gets its open invoice; one that asks for something else (another account, provider or amount) has the former closed. Throws
 * `payments.method_not_available`.
 */
export async function openInvoice(ctx: ActionContext, input: OpenInvoice): Promise<InvoiceRow> {
  const { workspaceId } = ctx.actor;
  const connection = await findConnectionOf(ctx.db, workspaceId, input.provider);
  if (!connection || !isUsable(connection) || !currenciesOf[input.provider].includes(input.currency))
    throw methodNotAvailable();
  // New money is asked for through the account that is connected now.
  const isSame = (open: InvoiceRow) =>
    open.connectionId === connection.id &&
    open.provider === input.provider &&
    open.currency === input.currency &&
    new Big(open.amount).eq(input.amount);
  const { receipt, ...asked } = input;
  for (;;) {
    const open = await lockOpenInvoice(ctx.db, input.orderId);
    if (open && isSame(open)) return open;
    if (open) await close(ctx, open, "cancelled");
    const invoice = await insertInvoice(ctx.db, {
      ...asked,
      workspaceId,
      connectionId: connection.id,
      ...(receipt && input.email !== null ? receipt : {}),
      createdAt: ctx.now,
      askAt: nextAsk(input, 0, ctx.now),
    });
    // Null: another caller was faster; his is open by now.
    if (!invoice) continue;
    await enqueue(ctx.db, makeInvoiceJob, { workspaceId, provider: invoice.provider, invoiceId: invoice.id });
    return invoice;
  }
}

/** Ends an order's open invoice, in the caller's transaction. It is asked about a while longer: money may come all the same. */
export async function closeInvoice(ctx: ActionContext, orderId: string, why: "expired" | "cancelled"): Promise<void> {
  const open = await lockOpenInvoice(ctx.db, orderId);
  if (open) await close(ctx, open, why);
}

async function close(ctx: ActionContext, invoice: InvoiceRow, state: "expired" | "cancelled"): Promise<void> {
  await updateInvoice(ctx.db, invoice.id, { state, endedAt: ctx.now });
  const { id: invoiceId, workspaceId, provider, orderId, personId } = invoice;
  if (invoice.providerRef !== null) await enqueue(ctx.db, closeAtProviderJob, { workspaceId, provider, invoiceId });
  await notifyLive(ctx.db, { workspaceId, topic: "orders", id: orderId, personId });
}

/** What the checkout shows of an order's payment; null before it asked for any. */
export async function invoiceOf(
  db: Db,
  orderId: string,
): Promise<{
  id: string;
  state: InvoiceState;
  provider: Provider;
  amount: string;
  currency: string;
  links: InvoiceLinks;
  expiresAt: Date;
  /** Code of a sentence: `payments.provider.<code>`. Of one that is `new`: it is tried again; of a `failed` one: why. */
  problem: string | null;
} | null> {
  const row = await findLatestInvoice(db, orderId);
  if (!row) return null;
  const { id, state, provider, amount, currency, links, expiresAt, problem } = row;
  return { id, state, provider, amount: new Big(amount).toFixed(), currency, links, expiresAt, problem };
}
