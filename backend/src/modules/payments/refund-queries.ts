/** SQL of refunds. */
import type { Db } from "@db/client.ts";
import { type Provider, payments, type RefundState, refunds } from "@db/schema/payments.ts";
import { and, asc, eq, gte, inArray, isNotNull, lte, sql } from "drizzle-orm";
import { type Before, behind, newestFirst } from "./queries.ts";

export type RefundRow = typeof refunds.$inferSelect;

export async function insertRefund(db: Db, values: typeof refunds.$inferInsert): Promise<RefundRow> {
  const [row] = await db.insert(refunds).values(values).returning();
  if (!row) throw new Error("a refund just stored is not there");
  return row;
}

export async function findOwnRefund(db: Db, workspaceId: string, refundId: string): Promise<RefundRow | null> {
  const [row] = await db
    .select()
    .from(refunds)
    .where(and(eq(refunds.workspaceId, workspaceId), eq(refunds.id, refundId)));
  return row ?? null;
}

export async function lockOwnRefund(db: Db, workspaceId: string, refundId: string): Promise<RefundRow | null> {
  const [row] = await db
    .select()
    .from(refunds)
    .where(and(eq(refunds.workspaceId, workspaceId), eq(refunds.id, refundId)))
    .for("update");
  return row ?? null;
}

export async function updateRefund(
  db: Db,
  refundId: string,
  values: Partial<Omit<typeof refunds.$inferInsert, "id" | "workspaceId">>,
): Promise<RefundRow> {
  const [row] = await db.update(refunds).set(values).where(eq(refunds.id, refundId)).returning();
  if (!row) throw new Error("a locked refund is not there");
  return row;
}

/** Of a payment: what is promised back in all, and what of it the provider was asked for. Exact decimal text. */
export async function sumRefundsOf(db: Db, paymentId: string): Promise<{ promised: string; atProvider: string }> {
  const [row] = await db
    .select({
      promised: sql<string>`coalesce(sum(${refunds.amount}) filter (where ${refunds.state} not in ('failed', 'cancelled')), 0)`,
      atProvider: sql<string>`coalesce(sum(${refunds.amount}) filter (where ${refunds.to} = 'provider' and ${refunds.state} in ('sending', 'pending', 'succeeded')), 0)`,
    })
    .from(refunds)
    .where(eq(refunds.paymentId, paymentId));
  return row ?? { promised: "0", atProvider: "0" };
}

export async function listRefundsOf(db: Db, paymentId: string): Promise<RefundRow[]> {
  return db
    .select()
    .from(refunds)
    .where(eq(refunds.paymentId, paymentId))
    .orderBy(asc(refunds.createdAt), asc(refunds.id));
}

/** Failed without anybody knowing whether they went out, the oldest first; locked. */
export async function lockLostRefunds(db: Db, paymentId: string): Promise<RefundRow[]> {
  return db
    .select()
    .from(refunds)
    .where(and(eq(refunds.paymentId, paymentId), eq(refunds.state, "failed"), isNotNull(refunds.unheardSince)))
    .orderBy(asc(refunds.createdAt), asc(refunds.id))
    .for("update");
}

export async function listRefundsOfOrder(db: Db, orderId: string): Promise<RefundRow[]> {
  return db.select().from(refunds).where(eq(refunds.orderId, orderId)).orderBy(asc(refunds.createdAt), asc(refunds.id));
}

export interface RefundFilter {
  state?: RefundState;
  paymentId?: string;
  orderId?: string;
  personId?: string;
  from?: Date;
  to?: Date;
}

export type RefundWithProvider = RefundRow & { provider: Provider | null };

/** Newest first; at most `limit` rows. */
export async function listOwnRefunds(
  db: Db,
  workspaceId: string,
  filter: RefundFilter,
  page: { before: Before; limit: number },
): Promise<RefundWithProvider[]> {
  const rows = await db
    .select({ refund: refunds, provider: payments.provider })
    .from(refunds)
    .leftJoin(payments, eq(payments.id, refunds.paymentId))
    .where(
      and(
        eq(refunds.workspaceId, workspaceId),
        filter.state && eq(refunds.state, filter.state),
        filter.paymentId === undefined ? undefined : eq(refunds.paymentId, filter.paymentId),
        filter.orderId === undefined ? undefined : eq(refunds.orderId, filter.orderId),
        filter.personId === undefined ? undefined : eq(refunds.personId, filter.personId),
        filter.from && gte(refunds.createdAt, filter.from),
        filter.to && lte(refunds.createdAt, filter.to),
        behind(refunds.createdAt, refunds.id, page.before),
      ),
    )
    .orderBy(...newestFirst(refunds.createdAt, refunds.id))
    .limit(page.limit);
  return rows.map(({ refund, provider }) => ({ ...refund, provider }));
}

/** Refunds that should have moved by now, and their next time: their job was lost, or they wait at the provider. */
export async function claimDueRefunds(db: Db, now: Date, next: Date, limit: number): Promise<RefundRow[]> {
  const due = db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(isNotNull(refunds.askAt), lte(refunds.askAt, now)))
    .orderBy(asc(refunds.askAt))
    .limit(limit)
    .for("update", { skipLocked: true });
  return db.update(refunds).set({ askAt: next }).where(inArray(refunds.id, due)).returning();
}
