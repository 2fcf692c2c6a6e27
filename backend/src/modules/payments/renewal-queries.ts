/** SQL of renewals: whether a subscription's next month is charged. */
import type { Db } from "@db/client.ts";
import { invoices, payments, type RenewalState, renewals } from "@db/schema/payments.ts";
import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, or } from "drizzle-orm";
import type { InvoiceRow, PaymentRow } from "./queries.ts";

export type RenewalRow = typeof renewals.$inferSelect;

/** The invoice that a subscription began with; null for an order that is none, or was not paid. */
export async function findSubscription(db: Db, workspaceId: string, orderId: string): Promise<InvoiceRow | null> {
  const [row] = await db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.workspaceId, workspaceId),
        eq(invoices.orderId, orderId),
        eq(invoices.isSubscription, true),
        eq(invoices.state, "paid"),
      ),
    )
    .orderBy(desc(invoices.createdAt))
    .limit(1);
  return row ?? null;
}

/** The longest that a wish can matter, in milliseconds: a month that was paid is over by then, and was charged or not. */
export const tellAtMostMs = 31 * 86_400_000;

/** The payment that a subscription is known by: its first that was for it. Others of its link were somebody else's, or paid twice. */
export async function findFirstPayment(db: Db, invoiceId: string): Promise<PaymentRow | null> {
  const isIts = or(
    isNull(payments.checkReason),
    eq(payments.checkReason, "charged_back"),
    eq(payments.resolution, "accepted"),
  );
  const [row] = await db
    .select()
    .from(payments)
    .where(and(eq(payments.invoiceId, invoiceId), isIts))
    .orderBy(asc(payments.paidAt), asc(payments.createdAt))
    .limit(1);
  return row ?? null;
}

export async function findRenewal(db: Db, invoiceId: string): Promise<RenewalRow | null> {
  const [row] = await db.select().from(renewals).where(eq(renewals.invoiceId, invoiceId));
  return row ?? null;
}

export async function saveRenewal(
  db: Db,
  invoiceId: string,
  values: Partial<Omit<typeof renewals.$inferInsert, "invoiceId">>,
): Promise<void> {
  await db
    .insert(renewals)
    .values({ invoiceId, ...values })
    .onConflictDoUpdate({ target: renewals.invoiceId, set: values });
}

/** The provider has taken a wish; one that came meanwhile stays, and has a job of its own. */
export async function settleRenewal(db: Db, invoiceId: string, isOn: boolean): Promise<void> {
  const state: RenewalState = isOn ? "on" : "off";
  await db.update(renewals).set({ state }).where(eq(renewals.invoiceId, invoiceId));
  await db
    .update(renewals)
    .set({ isAskedOn: null, askedAt: null, problem: null })
    .where(and(eq(renewals.invoiceId, invoiceId), eq(renewals.isAskedOn, isOn)));
}

/** Why the provider does not take what is wanted now. */
export async function noteProblem(db: Db, invoiceId: string, problem: string): Promise<void> {
  await db
    .update(renewals)
    .set({ problem })
    .where(and(eq(renewals.invoiceId, invoiceId), isNotNull(renewals.isAskedOn)));
}

/** A further month was charged, so that the payer has taken up again what he had given up. */
export async function noteCharged(db: Db, invoiceId: string): Promise<void> {
  await db
    .update(renewals)
    .set({ state: "on" })
    .where(and(eq(renewals.invoiceId, invoiceId), eq(renewals.state, "off_by_payer")));
}

/** Wishes since then that the provider has not taken. */
export async function listRenewalsToTell(
  db: Db,
  since: Date,
): Promise<{ invoiceId: string; workspaceId: string; personId: string | null }[]> {
  return db
    .select({ invoiceId: invoices.id, workspaceId: invoices.workspaceId, personId: invoices.personId })
    .from(renewals)
    .innerJoin(invoices, eq(invoices.id, renewals.invoiceId))
    .where(and(isNotNull(renewals.isAskedOn), gt(renewals.askedAt, since)));
}

export async function listSubscriptionsOf(
  db: Db,
  orderIds: readonly string[],
): Promise<Map<string, RenewalRow | null>> {
  if (orderIds.length === 0) return new Map();
  const rows = await db
    .select({ orderId: invoices.orderId, renewal: renewals })
    .from(invoices)
    .leftJoin(renewals, eq(renewals.invoiceId, invoices.id))
    .where(
      and(inArray(invoices.orderId, [...orderIds]), eq(invoices.isSubscription, true), eq(invoices.state, "paid")),
    );
  return new Map(rows.map(({ orderId, renewal }) => [orderId, renewal]));
}

/**
 * Forgets who began subscriptions with money that did not fit. Answers with the payments as they were, without the one that his own order is
 * paid by: of that the shop speaks.
 */
export async function forgetPayer(
  db: Db,
  { workspaceId, personId, telegramId }: { workspaceId: string; personId: string; telegramId: number | null },
): Promise<PaymentRow[]> {
  if (telegramId === null) return [];
  const his = and(eq(payments.workspaceId, workspaceId), eq(payments.payerTelegramId, telegramId));
  const rows = await db.select().from(payments).where(his);
  await db.update(payments).set({ payerTelegramId: null }).where(his);
  return rows.filter((row) => row.resolution !== "accepted" || row.personId !== personId);
}
