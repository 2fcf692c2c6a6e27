/** SQL of invoices, payments and connections. `Own` = of the given workspace; a stranger's thing is not found. */
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import { invoices, type PaymentState, type Provider, paymentConnections, payments } from "@db/schema/payments.ts";
import { and, asc, desc, eq, gt, gte, inArray, isNotNull, isNull, lt, lte, ne, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

export type ConnectionRow = typeof paymentConnections.$inferSelect;
export type InvoiceRow = typeof invoices.$inferSelect;
export type PaymentRow = typeof payments.$inferSelect;

const one = <Row>(rows: readonly Row[]): Row | null => rows[0] ?? null;

// ── Connections ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Given up ones stay for the money that came by them; nothing new is asked of them. */
const isLiving = isNull(paymentConnections.disconnectedAt);

export async function listOwnConnections(db: Db, workspaceId: string): Promise<ConnectionRow[]> {
  return db
    .select()
    .from(paymentConnections)
    .where(and(eq(paymentConnections.workspaceId, workspaceId), isLiving));
}

/** Given up, and their key is still kept; the last one first. */
export async function listFormerConnections(db: Db, workspaceId: string): Promise<ConnectionRow[]> {
  return db
    .select()
    .from(paymentConnections)
    .where(
      and(
        eq(paymentConnections.workspaceId, workspaceId),
        isNotNull(paymentConnections.disconnectedAt),
        isNotNull(paymentConnections.credentialsSealed),
      ),
    )
    .orderBy(desc(paymentConnections.disconnectedAt), asc(paymentConnections.id));
}

/** Given up or not, of any workspace. */
export async function findConnection(db: Db, connectionId: string): Promise<ConnectionRow | null> {
  return one(await db.select().from(paymentConnections).where(eq(paymentConnections.id, connectionId)));
}

export async function findOwnConnection(
  db: Db,
  workspaceId: string,
  connectionId: string,
): Promise<ConnectionRow | null> {
  return one(
    await db
      .select()
      .from(paymentConnections)
      .where(and(eq(paymentConnections.workspaceId, workspaceId), eq(paymentConnections.id, connectionId), isLiving)),
  );
}

export async function findConnectionOf(db: Db, workspaceId: string, provider: Provider): Promise<ConnectionRow | null> {
  return one(
    await db
      .select()
      .from(paymentConnections)
      .where(and(eq(paymentConnections.workspaceId, workspaceId), eq(paymentConnections.provider, provider), isLiving)),
  );
}

/** The one that a call without an id means: of the oldest workspace, which is what the environment configures. */
export async function findFirstConnection(db: Db, provider: Provider): Promise<ConnectionRow | null> {
  const rows = await db.execute<{ id: string }>(sql`
    select c.id from payment_connections c join workspaces w on w.id = c.workspace_id
    where c.provider = ${provider} and c.disconnected_at is null order by w.created_at, w.id limit 1`);
  return rows[0] ? findConnection(db, rows[0].id) : null;
}

export async function listConnectionsOn(db: Db): Promise<ConnectionRow[]> {
  return db
    .select()
    .from(paymentConnections)
    .where(and(eq(paymentConnections.isOn, true), isLiving))
    .orderBy(asc(paymentConnections.createdAt));
}

/** Makes the workspace's connection of a provider, or gives it these values; a connection of the app is left to the app. */
export async function saveConnection(db: Db, values: typeof paymentConnections.$inferInsert): Promise<ConnectionRow> {
  const { workspaceId: _, provider: __, id: ___, ...changing } = values;
  const [row] = await db
    .insert(paymentConnections)
    .values(values)
    .onConflictDoUpdate({
      target: [paymentConnections.workspaceId, paymentConnections.provider],
      targetWhere: isLiving,
      set: changing,
    })
    .returning();
  if (!row) throw new Error("a connection just stored is not there");
  return row;
}

export async function updateConnection(
  db: Db,
  connectionId: string,
  values: Partial<Omit<typeof paymentConnections.$inferInsert, "id" | "workspaceId" | "provider">>,
): Promise<void> {
  await db.update(paymentConnections).set(values).where(eq(paymentConnections.id, connectionId));
}

/** True when that changed something: the first failure, another one, or the first success after failures. */
export async function saveHealth(db: Db, connectionId: string, problem: string | null, at: Date): Promise<boolean> {
  const time = sql`${at.toISOString()}::timestamptz`;
  const rows = await db
    .update(paymentConnections)
    .set({
      problem,
      problemSince: problem === null ? null : sql`coalesce(${paymentConnections.problemSince}, ${time})`,
      checkedAt: at,
    })
    .where(and(eq(paymentConnections.id, connectionId), sql`${paymentConnections.problem} is distinct from ${problem}`))
    .returning({ id: paymentConnections.id });
  return rows.length > 0;
}

/** Not oftener than every ten seconds: under load a webhook must not cost one more write. */
export async function touchHeard(db: Db, connectionId: string, at: Date): Promise<void> {
  await db
    .update(paymentConnections)
    .set({ heardAt: at })
    .where(
      and(
        eq(paymentConnections.id, connectionId),
        or(isNull(paymentConnections.heardAt), lte(paymentConnections.heardAt, new Date(at.getTime() - 10_000))),
      ),
    );
}

export async function addRefusals(db: Db, connectionId: string, count: number, why: string, at: Date): Promise<void> {
  await db
    .update(paymentConnections)
    .set({ refusedCalls: sql`${paymentConnections.refusedCalls} + ${count}`, refusedAt: at, refusedWhy: why })
    .where(eq(paymentConnections.id, connectionId));
}

/** Takes up the connection of an account that was given up last, so that what came by it is its own again. Of Stars, whose account is null. */
export async function reviveConnection(
  db: Db,
  workspaceId: string,
  provider: Provider,
  account: string | null,
): Promise<void> {
  const former = db
    .select({ id: paymentConnections.id })
    .from(paymentConnections)
    .where(
      and(
        eq(paymentConnections.workspaceId, workspaceId),
        eq(paymentConnections.provider, provider),
        account === null ? isNull(paymentConnections.account) : eq(paymentConnections.account, account),
        isNotNull(paymentConnections.disconnectedAt),
      ),
    )
    .orderBy(desc(paymentConnections.disconnectedAt))
    .limit(1);
  // What was paid there meanwhile may be others' business: the first look goes no further back than that of a new connection.
  await db
    .update(paymentConnections)
    .set({ disconnectedAt: null, reconciledUntil: null })
    .where(inArray(paymentConnections.id, former));
}

/** Null when there is no such former connection. Once more is the same. */
export async function eraseKey(db: Db, workspaceId: string, connectionId: string): Promise<ConnectionRow | null> {
  return one(
    await db
      .update(paymentConnections)
      .set({ credentialsSealed: null })
      .where(
        and(
          eq(paymentConnections.workspaceId, workspaceId),
          eq(paymentConnections.id, connectionId),
          isNotNull(paymentConnections.disconnectedAt),
        ),
      )
      .returning(),
  );
}

// ── Invoices ────────────────────────────────────────────────────────────────────────────────────────────────────────

const isOpen = inArray(invoices.state, ["new", "open"]);

/** Null when the order has an open one: the index `invoices_one_open_per_order` decides, also between two callers at once. */
export async function insertInvoice(db: Db, values: typeof invoices.$inferInsert): Promise<InvoiceRow | null> {
  return one(await db.insert(invoices).values(values).onConflictDoNothing().returning());
}

export async function lockOpenInvoice(db: Db, orderId: string): Promise<InvoiceRow | null> {
  return one(
    await db
      .select()
      .from(invoices)
      .where(and(eq(invoices.orderId, orderId), isOpen))
      .for("update"),
  );
}

export async function findInvoice(db: Db, workspaceId: string, invoiceId: string): Promise<InvoiceRow | null> {
  return one(
    await db
      .select()
      .from(invoices)
      .where(and(eq(invoices.workspaceId, workspaceId), eq(invoices.id, invoiceId))),
  );
}

export async function lockInvoice(db: Db, workspaceId: string, invoiceId: string): Promise<InvoiceRow | null> {
  return one(
    await db
      .select()
      .from(invoices)
      .where(and(eq(invoices.workspaceId, workspaceId), eq(invoices.id, invoiceId)))
      .for("update"),
  );
}

/** By the provider's id, or by ours as the provider hands it back; the first is what we stored ourselves, so it goes first. */
export async function lockInvoiceOf(
  db: Db,
  workspaceId: string,
  provider: Provider,
  by: { connectionId: string | null; ref: string | null; reference: string | null },
): Promise<InvoiceRow | null> {
  if (by.ref !== null && by.connectionId !== null) {
    const found = one(
      await db
        .select()
        .from(invoices)
        .where(
          and(
            eq(invoices.workspaceId, workspaceId),
            eq(invoices.connectionId, by.connectionId),
            eq(invoices.providerRef, by.ref),
          ),
        )
        .for("update"),
    );
    if (found) return found;
  }
  if (by.reference === null || !isUuid(by.reference)) return null;
  const named = await lockInvoice(db, workspaceId, by.reference);
  return named?.provider === provider ? named : null;
}

export async function updateInvoice(
  db: Db,
  invoiceId: string,
  values: Partial<Omit<typeof invoices.$inferInsert, "id" | "workspaceId" | "orderId">>,
): Promise<void> {
  await db.update(invoices).set(values).where(eq(invoices.id, invoiceId));
}

/** Of an order, the newest. */
export async function findLatestInvoice(db: Db, orderId: string): Promise<InvoiceRow | null> {
  return one(
    await db.select().from(invoices).where(eq(invoices.orderId, orderId)).orderBy(desc(invoices.createdAt)).limit(1),
  );
}

/** Invoices whose time to be asked about has come, oldest first; locked, and passed over by another sweep. */
export async function claimDueInvoices(db: Db, now: Date, limit: number): Promise<InvoiceRow[]> {
  return db
    .select()
    .from(invoices)
    .where(and(isNotNull(invoices.askAt), lte(invoices.askAt, now)))
    .orderBy(asc(invoices.askAt))
    .limit(limit)
    .for("update", { skipLocked: true });
}

/** In one statement; each look counts, but those of an invoice that is not made yet are its tries. */
export async function setNextAsk(db: Db, next: readonly { id: string; askAt: Date | null }[]): Promise<void> {
  if (next.length === 0) return;
  const rows = JSON.stringify(next.map(({ id, askAt }) => ({ id, at: askAt?.toISOString() ?? null })));
  await db.execute(sql`
    update invoices i set ask_at = n.at, asked = i.asked + case when i.state = 'new' then 0 else 1 end
    from jsonb_to_recordset(${rows}::jsonb) as n(id uuid, at timestamptz) where i.id = n.id`);
}

// ── Payments ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Null when it is known already: `payments_once` decides. */
export async function insertPayment(db: Db, values: typeof payments.$inferInsert): Promise<PaymentRow | null> {
  return one(await db.insert(payments).values(values).onConflictDoNothing().returning());
}

export async function findPaymentByRef(
  db: Db,
  workspaceId: string,
  provider: Provider,
  providerRef: string,
): Promise<PaymentRow | null> {
  return one(
    await db
      .select()
      .from(payments)
      .where(
        and(
          eq(payments.workspaceId, workspaceId),
          eq(payments.provider, provider),
          eq(payments.providerRef, providerRef),
        ),
      ),
  );
}

export async function findOwnPayment(db: Db, workspaceId: string, paymentId: string): Promise<PaymentRow | null> {
  return one(
    await db
      .select()
      .from(payments)
      .where(and(eq(payments.workspaceId, workspaceId), eq(payments.id, paymentId))),
  );
}

export async function lockOwnPayment(db: Db, workspaceId: string, paymentId: string): Promise<PaymentRow | null> {
  return one(
    await db
      .select()
      .from(payments)
      .where(and(eq(payments.workspaceId, workspaceId), eq(payments.id, paymentId)))
      .for("update"),
  );
}

export async function updatePayment(
  db: Db,
  paymentId: string,
  values: Partial<Omit<typeof payments.$inferInsert, "id" | "workspaceId">>,
): Promise<PaymentRow> {
  const [row] = await db.update(payments).set(values).where(eq(payments.id, paymentId)).returning();
  if (!row) throw new Error("a locked payment is not there");
  return row;
}

export interface PaymentFilter {
  state?: PaymentState;
  provider?: Provider;
  currency?: string;
  personId?: string;
  orderId?: string;
  from?: Date;
  to?: Date;
  q?: string;
}

const matching = (workspaceId: string, filter: PaymentFilter): (SQL | undefined)[] => [
  eq(payments.workspaceId, workspaceId),
  filter.state && eq(payments.state, filter.state),
  filter.provider && eq(payments.provider, filter.provider),
  filter.currency === undefined ? undefined : eq(payments.currency, filter.currency),
  filter.personId === undefined ? undefined : eq(payments.personId, filter.personId),
  filter.orderId === undefined ? undefined : eq(payments.orderId, filter.orderId),
  filter.from && gte(payments.createdAt, filter.from),
  filter.to && lte(payments.createdAt, filter.to),
  filter.q === undefined
    ? undefined
    : or(
        eq(payments.providerRef, filter.q),
        ...(isUuid(filter.q.toLowerCase())
          ? [eq(payments.id, filter.q), eq(payments.orderId, filter.q), eq(payments.invoiceId, filter.q)]
          : []),
      ),
];

/** Where a page begins: behind the row of this moment and id. */
export type Before = { at: Date; id: string } | null;

/** Newest first, in the order of the index `…_by_workspace`; moments are written by us, in milliseconds. */
export const newestFirst = (createdAt: PgColumn, id: PgColumn): SQL[] => [
  sql`${createdAt} desc nulls last`,
  sql`${id} asc`,
];
export const behind = (createdAt: PgColumn, id: PgColumn, before: Before): SQL | undefined =>
  before === null ? undefined : and(lte(createdAt, before.at), or(lt(createdAt, before.at), gt(id, before.id)));

/** Newest first; at most `limit` rows. */
export async function listOwnPayments(
  db: Db,
  workspaceId: string,
  filter: PaymentFilter,
  page: { before: Before; limit: number },
): Promise<PaymentRow[]> {
  return db
    .select()
    .from(payments)
    .where(and(...matching(workspaceId, filter), behind(payments.createdAt, payments.id, page.before)))
    .orderBy(...newestFirst(payments.createdAt, payments.id))
    .limit(page.limit);
}

/** Settled money of a connection in a span, that the provider's list must name too. */
export async function listSettledBetween(db: Db, connectionId: string, from: Date, to: Date): Promise<PaymentRow[]> {
  return db
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.connectionId, connectionId),
        gte(payments.paidAt, from),
        lte(payments.paidAt, to),
        ne(payments.state, "returned"),
        or(isNull(payments.checkReason), ne(payments.checkReason, "charged_back")),
      ),
    );
}
