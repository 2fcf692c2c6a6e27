/** Rows → what leaves the server. */
import type { ActionContext } from "@backend/kit/context.ts";
import { personRefsOf } from "@backend/modules/identity/index.ts";
import type { Provider } from "@db/schema/payments.ts";
import Big from "big.js";
import type { FormerConnection, Invoice, Payment, PaymentConnection, Refund } from "./contracts.ts";
import { currenciesOf } from "./domain/currencies.ts";
import type { ConnectionRow, InvoiceRow, PaymentRow } from "./queries.ts";
import type { RefundRow } from "./refund-queries.ts";
import { isStuck } from "./refund-state.ts";

/** As the database keeps it, without the zeros behind. */
const plain = (amount: string) => new Big(amount).toFixed();
const plainOrNull = (amount: string | null) => (amount === null ? null : plain(amount));
const iso = (moment: Date | null) => moment?.toISOString() ?? null;

const refsOf = async (ctx: ActionContext, ids: readonly (string | null)[]) => {
  const known = [...new Set(ids.filter((id) => id !== null))];
  const refs = known.length === 0 ? new Map<string, never>() : await personRefsOf(ctx.db, ctx.actor.workspaceId, known);
  return (id: string | null) => (id === null ? null : (refs.get(id) ?? null));
};

export async function presentPayments(ctx: ActionContext, rows: readonly PaymentRow[]): Promise<Payment[]> {
  const refOf = await refsOf(
    ctx,
    rows.flatMap(({ personId, resolvedBy }) => [personId, resolvedBy]),
  );
  return rows.map((row) => ({
    id: row.id,
    provider: row.provider,
    providerRef: row.providerRef,
    invoiceId: row.invoiceId,
    orderId: row.orderId,
    person: refOf(row.personId),
    amount: plain(row.amount),
    currency: row.currency,
    paidAmount: plainOrNull(row.paidAmount),
    paidAsset: row.paidAsset,
    feeAmount: plainOrNull(row.feeAmount),
    feeCurrency: row.feeCurrency,
    isTest: row.isTest,
    state: row.state,
    checkReason: row.checkReason,
    resolution: row.resolution,
    resolvedBy: refOf(row.resolvedBy),
    resolvedAt: iso(row.resolvedAt),
    note: row.note,
    foundBy: row.foundBy,
    refunded: plain(row.refunded),
    paidAt: row.paidAt.toISOString(),
    createdAt: row.createdAt.toISOString(),
  }));
}

export const presentInvoice = (row: InvoiceRow): Invoice => ({
  id: row.id,
  orderId: row.orderId,
  provider: row.provider,
  providerRef: row.providerRef,
  amount: plain(row.amount),
  currency: row.currency,
  title: row.title,
  state: row.state,
  problem: row.problem,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
  endedAt: iso(row.endedAt),
});

/** Whoever reads may be the second person: he manages payments, and somebody else asked. */
export async function presentRefunds(
  ctx: ActionContext,
  rows: readonly (RefundRow & { provider?: Provider | null })[],
): Promise<Refund[]> {
  const { actor } = ctx;
  const refOf = await refsOf(
    ctx,
    rows.flatMap(({ personId, requestedBy, approvedBy }) => [personId, requestedBy, approvedBy]),
  );
  const mayApprove = ({ state, requestedBy }: RefundRow) =>
    state === "requested" &&
    actor.kind === "person" &&
    actor.permissions.has("payments.manage") &&
    actor.personId !== requestedBy;
  return rows.map((row) => ({
    id: row.id,
    paymentId: row.paymentId,
    orderId: row.orderId,
    provider: row.provider ?? null,
    person: refOf(row.personId),
    amount: plain(row.amount),
    currency: row.currency,
    to: row.to,
    reason: row.reason,
    state: row.state,
    requestedBy: refOf(row.requestedBy),
    approvedBy: refOf(row.approvedBy),
    isOutside: row.isOutside,
    problem: row.problem,
    mayApprove: mayApprove(row),
    isStuck: isStuck(row),
    createdAt: row.createdAt.toISOString(),
    endedAt: iso(row.endedAt),
  }));
}

const hookPath: Readonly<Partial<Record<Provider, string>>> = { crypto_pay: "crypto-pay", yookassa: "yookassa" };

export const presentConnection = (row: ConnectionRow, publicUrl: string): PaymentConnection => ({
  id: row.id,
  provider: row.provider,
  name: row.name,
  account: row.account,
  isTest: row.isTest,
  isFromEnvironment: row.isFromEnvironment,
  isOn: row.isOn,
  problem: row.problem,
  problemSince: iso(row.problemSince),
  checkedAt: iso(row.checkedAt),
  heardAt: iso(row.heardAt),
  refused: { count: row.refusedCalls, at: iso(row.refusedAt), why: row.refusedWhy },
  webhookUrl: hookPath[row.provider] ? `${publicUrl}/webhooks/${hookPath[row.provider]}/${row.id}` : null,
  currencies: [...currenciesOf[row.provider]],
  reconciledUntil: iso(row.reconciledUntil),
  reconciled: row.reconciled,
});

export const presentFormer = ({ id, provider, name, account, disconnectedAt }: ConnectionRow): FormerConnection => ({
  id,
  provider,
  name,
  account,
  disconnectedAt: disconnectedAt?.toISOString() ?? "",
});
