/** Orders and their stories → what leaves the server, in the reader's language. */
import { formatDateTime, formatMoney, translator } from "@backend/i18n/index.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { findWorkspace, personRefsOf } from "@backend/modules/identity/index.ts";
import { invoiceOf, waitingMoney, withWaitingMoney } from "@backend/modules/payments/index.ts";
import type { Db } from "@db/client.ts";
import type { Locale } from "@db/schema/identity.ts";
import type { Entitlement, MyOrder, MyOrderSummary } from "./contracts.ts";
import { textIn } from "./domain/local-text.ts";
import { plain } from "./domain/money.ts";
import { mayMove } from "./domain/order.ts";
import { type EntitlementRow, findEntitlementOfOrder } from "./entitlement-queries.ts";
import { standingOf } from "./move-order.ts";
import type { Order, OrderWithStory } from "./order-contracts.ts";
import { codeOfOrder, listEvents, type OrderEventRow, type OrderRow } from "./order-queries.ts";
import { stuckRefundsOf } from "./refundable.ts";
import { renewalsFor } from "./renewal.ts";

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Who reads, and how the workspace speaks where there are no words in his language. */
export interface Reader {
  locale: Locale;
  timeZone: string;
  workspaceLocale: Locale;
  /** Reads what went wrong as it was; a customer reads what he can do. */
  isTeam: boolean;
}

export const readerOf = async (ctx: ActionContext, isTeam = false): Promise<Reader> => ({
  isTeam,
  locale: ctx.actor.locale,
  timeZone: ctx.actor.timeZone,
  workspaceLocale: (await findWorkspace(ctx.db, ctx.actor.workspaceId)).locale,
});

export const titleOf = (
  { product }: Pick<OrderRow, "product">,
  { locale, workspaceLocale }: Pick<Reader, "locale" | "workspaceLocale">,
) => textIn(product.title, locale, workspaceLocale);

const ofProvider = "payments.provider.";

/** Key of the sentence about an invoice that came to nothing. What its provider said is for the team alone. */
const plainProblem = (problem: unknown) =>
  problem === "expired" || problem === "cancelled" ? "shop.reason.payment_ended" : "shop.reason.invoice_failed";

const reasonFor = (reason: string, { isTeam }: Reader): string =>
  !isTeam && reason.startsWith(ofProvider) ? plainProblem(reason.slice(ofProvider.length)) : reason;

/** `waiting`: orders for which money waits. */
export const presentSummary = (row: OrderRow, reader: Reader, waiting: ReadonlySet<string>): MyOrderSummary => ({
  id: row.id,
  number: row.number,
  state: row.state,
  productId: row.productId,
  title: titleOf(row, reader),
  kind: row.product.kind,
  method: row.method,
  currency: row.currency,
  price: plain(row.price),
  discount: plain(row.discount),
  fromBalance: plain(row.fromBalance),
  due: plain(row.due),
  refunded: plain(row.refunded),
  bonusDays: row.bonusDays,
  isRenewal: row.renewsOrderId !== null,
  isChecked: waiting.has(row.id),
  expiresAt: row.expiresAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
  paidAt: iso(row.paidAt),
  activatedAt: iso(row.activatedAt),
  endedAt: iso(row.endedAt),
  reason: row.reason === null ? null : (translator(reader.locale).find(reasonFor(row.reason, reader)) ?? null),
});

export const presentEntitlement = (row: EntitlementRow, title: string): Entitlement => ({
  id: row.id,
  orderId: row.orderId,
  productId: row.productId,
  kind: row.kind,
  title,
  state: row.state,
  startsAt: row.startsAt.toISOString(),
  endsAt: iso(row.endsAt),
  postsPerDay: row.postsPerDay,
});

/** A line of the story as a sentence. What a member wrote stands behind it. */
function sentenceOf({ kind, details }: OrderEventRow, { locale, timeZone, isTeam }: Reader): string {
  const t = translator(locale);
  const { amount, currency, from, until, number, provider, problem, words, code, reason } = details;
  if (kind === "invoice_failed" && !isTeam) return t.find(plainProblem(problem)) ?? kind;
  const moment = (text: unknown) =>
    typeof text === "string" ? { at: formatDateTime(new Date(text), locale, timeZone) } : {};
  const text = t.find(`shop.event.${kind}`, {
    ...(typeof amount === "string" ? { amount: formatMoney(amount, String(currency ?? ""), locale) } : {}),
    ...(from === undefined ? {} : { from: moment(from).at ?? "" }),
    ...(until === undefined ? {} : { until: moment(until).at ?? "" }),
    ...(number === undefined ? {} : { number: String(number) }),
    ...(code === undefined ? {} : { code: String(code) }),
    ...(provider === undefined ? {} : { provider: t.find(`shop.method.${provider}`) ?? String(provider) }),
    ...(problem === undefined ? {} : { problem: t.find(`payments.provider.${problem}`) ?? String(problem) }),
  });
  const why = isTeam && reason !== undefined ? (t.find(`payments.reason.${reason}`) ?? String(reason)) : "";
  return [text ?? kind, why && `${why}.`, typeof words === "string" ? words : ""].filter(Boolean).join(" ");
}

async function present(ctx: ActionContext, row: OrderRow, reader: Reader): Promise<MyOrder> {
  const { db } = ctx;
  const invoice = await invoiceOf(db, row.id);
  const entitlement = await findEntitlementOfOrder(db, row.id);
  const events = await listEvents(db, row.id);
  const people = reader.isTeam
    ? await personRefsOf(db, row.workspaceId, [...new Set(events.flatMap(({ personId }) => personId ?? []))])
    : new Map<string, { id: string; name: string }>();
  const t = translator(reader.locale);
  const waiting = await waitingMoney(db, row.id);
  return {
    ...presentSummary(row, reader, new Set(waiting.length > 0 ? [row.id] : [])),
    durationDays: row.product.durationDays,
    postsPerDay: row.product.postsPerDay,
    terms: textIn(row.product.terms, reader.locale, reader.workspaceLocale),
    code: row.promoCodeId === null ? null : await codeOfOrder(db, row.promoCodeId),
    invoice: invoice && {
      state: invoice.state,
      provider: invoice.provider,
      links: invoice.links,
      expiresAt: invoice.expiresAt.toISOString(),
      problem:
        invoice.problem === null
          ? null
          : (t.find(reasonFor(`${ofProvider}${invoice.problem}`, reader)) ?? t("shop.reason.invoice_failed")),
    },
    waiting,
    entitlement: entitlement && presentEntitlement(entitlement, titleOf(row, reader)),
    renewal: (await renewalsFor(db, [{ order: row, entitlement }])).get(row.id) ?? null,
    timeline: events.map((event) => {
      const person = people.get(event.personId ?? "");
      return {
        at: event.at.toISOString(),
        kind: event.kind,
        text: sentenceOf(event, reader),
        person: person ? { id: person.id, name: person.name } : null,
      };
    }),
  };
}

export const presentMyOrder = async (ctx: ActionContext, row: OrderRow): Promise<MyOrder> =>
  present(ctx, row, await readerOf(ctx));

export const waitingAmong = (db: Db, rows: readonly OrderRow[]): Promise<Set<string>> =>
  withWaitingMoney(
    db,
    rows.map(({ id }) => id),
  );

const nobody = { name: "", username: null };

/** With the names of those who ordered. */
export async function presentOrders(ctx: ActionContext, rows: readonly OrderRow[]): Promise<Order[]> {
  const reader = await readerOf(ctx, true);
  const ids = [...new Set(rows.map(({ personId }) => personId))];
  const people = await personRefsOf(ctx.db, ctx.actor.workspaceId, ids);
  const waiting = await waitingAmong(ctx.db, rows);
  return rows.map((row) => ({
    ...presentSummary(row, reader, waiting),
    person: people.get(row.personId) ?? { ...nobody, id: row.personId },
  }));
}

/** `refundable`: what is left to give back, less what is on its way back already. */
export async function presentOrder(ctx: ActionContext, row: OrderRow, refundable: string): Promise<OrderWithStory> {
  const people = await personRefsOf(ctx.db, row.workspaceId, [row.personId]);
  const standing = standingOf(row);
  const mayManage = ctx.actor.permissions.has("orders.manage") || ctx.actor.permissions.has("*");
  return {
    ...(await present(ctx, row, await readerOf(ctx, true))),
    person: people.get(row.personId) ?? { ...nobody, id: row.personId },
    refundable,
    stuckRefunds: await stuckRefundsOf(ctx.db, row.id),
    can: {
      complete: mayManage && row.state === "processing",
      cancel: mayManage && mayMove(standing, "cancelled"),
      fail: mayManage && row.state === "processing",
      refund: mayManage && standing.isPaid && refundable !== "0",
    },
  };
}
