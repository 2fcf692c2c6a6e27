/** What is held about a person's money. The law keeps it: erasure takes names, addresses and words, and leaves sums. */
import { systemClock } from "@backend/kit/clock.ts";
import type { PersonDataSource } from "@backend/modules/identity/index.ts";
import { invoices, payments, refunds } from "@db/schema/payments.ts";
import { and, eq } from "drizzle-orm";
import { lockTill } from "./actions/lock-till.ts";
import { stopSubscriptionsOf } from "./actions/stop-subscription.ts";
import { listBalancesOf, listEntries } from "./books-queries.ts";
import { forgetPayer } from "./renewal-queries.ts";

/** More movements of one person than anybody has; a file beyond that is a statement of the books. */
const mostMovements = 10_000;

export const paymentsPersonData: PersonDataSource = {
  room: "payments",
  async exportPerson(db, { workspaceId, personId }) {
    const page = { before: null, limit: mostMovements };
    return {
      balances: await listBalancesOf(db, workspaceId, personId),
      movements: (await listEntries(db, workspaceId, { personId }, page)).map(({ id: _, ...line }) => line),
      invoices: await db
        .select({
          orderId: invoices.orderId,
          provider: invoices.provider,
          amount: invoices.amount,
          currency: invoices.currency,
          title: invoices.title,
          email: invoices.email,
          state: invoices.state,
          at: invoices.createdAt,
        })
        .from(invoices)
        .where(and(eq(invoices.workspaceId, workspaceId), eq(invoices.personId, personId)))
        .orderBy(invoices.createdAt),
      payments: await db
        .select({
          provider: payments.provider,
          providerRef: payments.providerRef,
          orderId: payments.orderId,
          amount: payments.amount,
          currency: payments.currency,
          refunded: payments.refunded,
          paidAt: payments.paidAt,
        })
        .from(payments)
        .where(and(eq(payments.workspaceId, workspaceId), eq(payments.personId, personId)))
        .orderBy(payments.paidAt),
      refunds: await db
        .select({
          orderId: refunds.orderId,
          amount: refunds.amount,
          currency: refunds.currency,
          to: refunds.to,
          reason: refunds.reason,
          state: refunds.state,
          at: refunds.createdAt,
        })
        .from(refunds)
        .where(and(eq(refunds.workspaceId, workspaceId), eq(refunds.personId, personId)))
        .orderBy(refunds.createdAt),
    };
  },
  async erasePerson(db, { workspaceId, personId, telegramId }) {
    await lockTill(db, workspaceId);
    const of = (table: typeof invoices | typeof payments | typeof refunds) =>
      and(eq(table.workspaceId, workspaceId), eq(table.personId, personId));
    await stopSubscriptionsOf({ db, now: systemClock() }, await forgetPayer(db, { workspaceId, personId, telegramId }));
    await db.update(invoices).set({ email: null, links: {} }).where(of(invoices));
    await db.update(payments).set({ note: null }).where(of(payments));
    await db.update(refunds).set({ reason: null }).where(of(refunds));
  },
};
