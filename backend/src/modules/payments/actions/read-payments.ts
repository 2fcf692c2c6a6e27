import { type MessageKey, type Translate, translator } from "@backend/i18n/index.ts";
import { type ActionContext, inSnapshot } from "@backend/kit/context.ts";
import { type ExportColumn, exportResponse, type Row } from "@backend/kit/export.ts";
import { decodeMomentCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type {
  Payment,
  PaymentDetail,
  PaymentExportQuery,
  PaymentListQuery,
  Refund,
  RefundExportQuery,
  RefundListQuery,
} from "../contracts.ts";
import { choicesOf } from "../domain/choices.ts";
import { paymentNotFound } from "../errors.ts";
import { presentInvoice, presentPayments, presentRefunds } from "../present.ts";
import { type Before, findInvoice, findOwnPayment, listOwnPayments, type PaymentFilter } from "../queries.ts";
import { listOwnRefunds, listRefundsOf, type RefundFilter } from "../refund-queries.ts";

const exportPage = 500;
/** Titles of columns: words without a gap to fill. */
type ColumnWord = Extract<MessageKey, `payments.column.${string}`>;

/** A page's place, from a cursor. */
const beforeOf = (cursor: string | undefined): Before => {
  const parts = decodeMomentCursor(cursor, isUuid);
  return parts && { at: new Date(parts[0]), id: parts[1] };
};
const keyOf = ({ createdAt, id }: { createdAt: string; id: string }) => [createdAt, id];

/** Moments of a filter as dates. */
const span = ({ from, to }: { from?: string | undefined; to?: string | undefined }) => ({
  ...(from === undefined ? {} : { from: new Date(from) }),
  ...(to === undefined ? {} : { to: new Date(to) }),
});
const paymentFilter = ({ cursor: _, limit: __, from, to, ...filter }: PaymentListQuery): PaymentFilter => ({
  ...filter,
  ...span({ from, to }),
});
const refundFilter = ({ cursor: _, limit: __, from, to, ...filter }: RefundListQuery): RefundFilter => ({
  ...filter,
  ...span({ from, to }),
});

/** Newest first. `q` finds by the provider's id or by one of ours. */
export async function listPayments(ctx: ActionContext, query: PaymentListQuery): Promise<Page<Payment>> {
  const limit = query.limit ?? defaultLimit;
  const page = { before: beforeOf(query.cursor), limit: limit + 1 };
  const rows = await listOwnPayments(ctx.db, ctx.actor.workspaceId, paymentFilter(query), page);
  return toPage(await presentPayments(ctx, rows), limit, keyOf, (payment) => payment);
}

/**
 * One payment with what was asked for, what went back, and what may be decided, as of one moment. Throws `payments.payment_not_found`.
 */
export const readPayment = (outer: ActionContext, input: { paymentId: string }): Promise<PaymentDetail> =>
  inSnapshot(outer, (ctx) => detailOf(ctx, input));

async function detailOf(ctx: ActionContext, { paymentId }: { paymentId: string }): Promise<PaymentDetail> {
  const { workspaceId, permissions } = ctx.actor;
  const row = await findOwnPayment(ctx.db, workspaceId, paymentId);
  if (!row) throw paymentNotFound();
  const invoice = row.invoiceId === null ? null : await findInvoice(ctx.db, workspaceId, row.invoiceId);
  const refunds = await listRefundsOf(ctx.db, row.id);
  const [payment] = await presentPayments(ctx, [row]);
  if (!payment) throw paymentNotFound();
  const isGoingBack = refunds.some(({ state }) => state !== "failed" && state !== "cancelled" && state !== "succeeded");
  const mayDecide = permissions.has("payments.manage") || permissions.has("*");
  const waiting = { checkReason: row.checkReason, hasOrder: row.orderId !== null, hasPerson: row.personId !== null };
  return {
    payment,
    invoice: invoice && presentInvoice(invoice),
    refunds: await presentRefunds(
      ctx,
      refunds.map((refund) => ({ ...refund, provider: row.provider })),
    ),
    choices: mayDecide && row.state === "to_check" ? choicesOf({ ...waiting, isGoingBack }) : [],
  };
}

/** Newest first. */
export async function listRefunds(ctx: ActionContext, query: RefundListQuery): Promise<Page<Refund>> {
  const limit = query.limit ?? defaultLimit;
  const page = { before: beforeOf(query.cursor), limit: limit + 1 };
  const rows = await listOwnRefunds(ctx.db, ctx.actor.workspaceId, refundFilter(query), page);
  return toPage(await presentRefunds(ctx, rows), limit, keyOf, (refund) => refund);
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Pages of a list one after another, each asked for when the one before has been taken. */
async function* pagesOf<Item extends { id: string; createdAt: string }>(
  read: (before: Before) => Promise<Item[]>,
  lineOf: (item: Item) => Row,
): AsyncGenerator<Row[]> {
  for (let before: Before = null; ; ) {
    const items = await read(before);
    yield items.map(lineOf);
    const last = items.at(-1);
    if (!last || items.length < exportPage) return;
    before = { at: new Date(last.createdAt), id: last.id };
  }
}

const money = (t: Translate, key: "amount" | "refunded" | "fee" | "paid"): ExportColumn => ({
  title: t(`payments.column.${key}`),
  kind: "number",
});
const words = (t: Translate, key: ColumnWord): ExportColumn => ({ title: t(key), kind: "text" });

/** Payments that match, as a file. Leaves an audit row. */
export async function exportPayments(
  ctx: ActionContext,
  { format, separator, ...query }: PaymentExportQuery,
): Promise<Response> {
  const { workspaceId, locale, timeZone } = ctx.actor;
  const t = translator(locale);
  await recordAudit(ctx, {
    action: "payments.exported",
    subjectKind: "workspace",
    subjectId: workspaceId,
    after: { format },
  });
  const filter = paymentFilter(query);
  const read = async (before: Before) =>
    presentPayments(ctx, await listOwnPayments(ctx.db, workspaceId, filter, { before, limit: exportPage }));
  return exportResponse("payments", {
    format,
    ...(separator ? { separator } : {}),
    title: t("payments.sheet.payments"),
    timeZone,
    columns: [
      { title: t("payments.column.paid_at"), kind: "moment" },
      words(t, "payments.column.provider"),
      words(t, "payments.column.provider_ref"),
      words(t, "payments.column.person"),
      money(t, "amount"),
      words(t, "payments.column.currency"),
      money(t, "paid"),
      words(t, "payments.column.asset"),
      money(t, "fee"),
      words(t, "payments.column.fee_currency"),
      money(t, "refunded"),
      words(t, "payments.column.state"),
      words(t, "payments.column.reason"),
      words(t, "payments.column.order"),
      words(t, "payments.column.id"),
    ],
    pages: pagesOf(read, (one) => [
      new Date(one.paidAt),
      t(`payments.provider_name.${one.provider}`),
      one.providerRef,
      one.person?.name,
      one.amount,
      one.currency,
      one.paidAmount,
      one.paidAsset,
      one.feeAmount,
      one.feeCurrency,
      one.refunded,
      t(`payments.state.${one.state}`),
      one.checkReason && t(`payments.reason.${one.checkReason}`),
      one.orderId,
      one.id,
    ]),
  });
}

/** Refunds that match, as a file. Leaves an audit row. */
export async function exportRefunds(
  ctx: ActionContext,
  { format, separator, ...query }: RefundExportQuery,
): Promise<Response> {
  const { workspaceId, locale, timeZone } = ctx.actor;
  const t = translator(locale);
  await recordAudit(ctx, {
    action: "refunds.exported",
    subjectKind: "workspace",
    subjectId: workspaceId,
    after: { format },
  });
  const filter = refundFilter(query);
  const read = async (before: Before) =>
    presentRefunds(ctx, await listOwnRefunds(ctx.db, workspaceId, filter, { before, limit: exportPage }));
  return exportResponse("refunds", {
    format,
    ...(separator ? { separator } : {}),
    title: t("payments.sheet.refunds"),
    timeZone,
    columns: [
      { title: t("payments.column.created_at"), kind: "moment" },
      { title: t("payments.column.ended_at"), kind: "moment" },
      words(t, "payments.column.person"),
      money(t, "amount"),
      words(t, "payments.column.currency"),
      words(t, "payments.column.to"),
      words(t, "payments.column.state"),
      words(t, "payments.column.requested_by"),
      words(t, "payments.column.approved_by"),
      words(t, "payments.column.why"),
      words(t, "payments.column.order"),
      words(t, "payments.column.payment"),
      words(t, "payments.column.id"),
    ],
    pages: pagesOf(read, (one) => [
      new Date(one.createdAt),
      one.endedAt && new Date(one.endedAt),
      one.person?.name,
      one.amount,
      one.currency,
      one.to === "balance" || !one.provider ? t("payments.to_balance") : t(`payments.provider_name.${one.provider}`),
      t(`payments.refund_state.${one.state}`),
      one.requestedBy?.name,
      one.approvedBy?.name,
      one.reason,
      one.orderId,
      one.paymentId,
      one.id,
    ]),
  });
}
