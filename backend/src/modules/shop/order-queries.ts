/** SQL statements about orders and their stories. */
import type { Db } from "@db/client.ts";
import { entitlements, orderCounters, orderEvents, orders, promoCodes, shopDays } from "@db/schema/shop.ts";
import { and, asc, count, desc, eq, gt, gte, inArray, lt, lte, ne, or, type SQL, sql } from "drizzle-orm";

export type OrderRow = typeof orders.$inferSelect;
export type OrderEventRow = typeof orderEvents.$inferSelect;

export async function findOwnOrder(db: Db, workspaceId: string, orderId: string): Promise<OrderRow | null> {
  const [row] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.workspaceId, workspaceId), eq(orders.id, orderId)));
  return row ?? null;
}

export async function findOwnOrders(db: Db, workspaceId: string, orderIds: readonly string[]): Promise<OrderRow[]> {
  if (orderIds.length === 0) return [];
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.workspaceId, workspaceId), inArray(orders.id, [...orderIds])));
}

export async function lockOwnOrder(db: Db, workspaceId: string, orderId: string): Promise<OrderRow | null> {
  const [row] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.workspaceId, workspaceId), eq(orders.id, orderId)))
    .for("update");
  return row ?? null;
}

/** A minute brings no more of them; those beyond are the job's. */
const overdueAtMost = 500;

/** The order that a person has open of a product. */
export async function findOpenOrder(db: Db, personId: string, productId: string): Promise<OrderRow | null> {
  const [row] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.personId, personId), eq(orders.productId, productId), eq(orders.state, "pending")));
  return row ?? null;
}

export async function listOpenOrders(db: Db, workspaceId: string, personId: string): Promise<OrderRow[]> {
  return db
    .select()
    .from(orders)
    .where(and(eq(orders.workspaceId, workspaceId), eq(orders.personId, personId), eq(orders.state, "pending")))
    .orderBy(desc(orders.createdAt));
}

/** A renewal that a payment has made before. */
export async function findOrderOfPayment(db: Db, workspaceId: string, paymentId: string): Promise<OrderRow | null> {
  const [row] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.paymentId, paymentId), eq(orders.workspaceId, workspaceId)));
  return row ?? null;
}

/** The newest month of a subscription, which `first` began. */
export async function findLatestMonth(db: Db, first: OrderRow): Promise<OrderRow> {
  const [row] = await db
    .select()
    .from(orders)
    .where(and(eq(orders.personId, first.personId), eq(orders.renewsOrderId, first.id)))
    .orderBy(desc(orders.createdAt))
    .limit(1);
  return row ?? first;
}

/** Months of a person's subscriptions that run or wait to be given: the next one would be charged. */
export async function listRenewingOrders(db: Db, workspaceId: string, personId: string): Promise<OrderRow[]> {
  const rows = await db
    .select({ order: orders })
    .from(orders)
    .leftJoin(entitlements, eq(entitlements.orderId, orders.id))
    .where(
      and(
        eq(orders.workspaceId, workspaceId),
        eq(orders.personId, personId),
        eq(orders.method, "stars"),
        sql`(${orders.product}->>'isSubscription')::boolean`,
        or(eq(orders.state, "processing"), eq(entitlements.state, "active")),
      ),
    );
  return rows.map(({ order }) => order);
}

/** The next number of a workspace's orders; its counter stays locked until the transaction ends, so there are no gaps. */
export async function nextNumber(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db
    .insert(orderCounters)
    .values({ workspaceId, last: 1 })
    .onConflictDoUpdate({ target: orderCounters.workspaceId, set: { last: sql`${orderCounters.last} + 1` } })
    .returning({ last: orderCounters.last });
  if (!row) throw new Error("a counter just moved is not there");
  return row.last;
}

export async function insertOrder(db: Db, values: typeof orders.$inferInsert): Promise<OrderRow> {
  const [row] = await db.insert(orders).values(values).returning();
  if (!row) throw new Error("an order just stored is not there");
  return row;
}

export async function updateOrder(
  db: Db,
  orderId: string,
  values: Partial<Omit<typeof orders.$inferInsert, "id" | "workspaceId" | "number">>,
): Promise<OrderRow> {
  const [row] = await db.update(orders).set(values).where(eq(orders.id, orderId)).returning();
  if (!row) throw new Error("a locked order is not there");
  return row;
}

export async function insertEvents(db: Db, events: readonly (typeof orderEvents.$inferInsert)[]): Promise<void> {
  if (events.length > 0) await db.insert(orderEvents).values([...events]);
}

export async function listEvents(db: Db, orderId: string): Promise<OrderEventRow[]> {
  return db.select().from(orderEvents).where(eq(orderEvents.orderId, orderId)).orderBy(asc(orderEvents.id));
}

export async function codeOfOrder(db: Db, promoCodeId: string): Promise<string | null> {
  const [row] = await db.select({ code: promoCodes.code }).from(promoCodes).where(eq(promoCodes.id, promoCodeId));
  return row?.code ?? null;
}

/** Orders whose hour is over, the oldest first, behind one of them; `place` is exact to the microsecond, which a Date is not. */
export async function listOverdue(
  db: Db,
  now: Date,
  after: readonly [place: string, orderId: string] | null,
  limit: number,
): Promise<(OrderRow & { place: string })[]> {
  const place = sql<string>`(extract(epoch from ${orders.expiresAt}) * 1000000)::bigint::text`;
  const [micros = "0", id = ""] = after ?? [];
  const at = sql`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;
  const rows = await db
    .select({ order: orders, place })
    .from(orders)
    .where(
      and(
        eq(orders.state, "pending"),
        lte(orders.expiresAt, now),
        after ? sql`(${orders.expiresAt}, ${orders.id}) > (${at}, ${id}::uuid)` : undefined,
      ),
    )
    .orderBy(asc(orders.expiresAt), asc(orders.id))
    .limit(limit);
  return rows.map((row) => ({ ...row.order, place: row.place }));
}

/** Those of some products, the oldest first: what the job of the minute will end next, and what holds stock until then. */
export async function listOverdueOf(
  db: Db,
  productIds: readonly string[],
  now: Date,
  limit = overdueAtMost,
): Promise<Pick<OrderRow, "id" | "workspaceId" | "productId">[]> {
  if (productIds.length === 0) return [];
  const { id, workspaceId, productId } = orders;
  return db
    .select({ id, workspaceId, productId })
    .from(orders)
    .where(and(eq(orders.state, "pending"), lte(orders.expiresAt, now), inArray(orders.productId, [...productIds])))
    .orderBy(asc(orders.expiresAt), asc(orders.id))
    .limit(limit);
}

// ── Lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface OrderFilter {
  /** With `personIds`, either is enough. */
  number?: number | undefined;
  notNumber?: number;
  /** Null = anybody. */
  personIds?: readonly string[] | null;
  state?: OrderRow["state"];
  method?: OrderRow["method"];
  productId?: string;
  personId?: string;
  from?: Date | null;
  to?: Date | null;
}

export interface OrderPlace {
  before: readonly [string, string] | null;
  limit: number;
}

/** Newest first. The order of the indexes: `desc nulls last`, which PostgreSQL does not take from a plain `desc`. */
export const newestFirst = [sql`${orders.createdAt} desc nulls last`, asc(orders.id)];

/** Behind a row of that order. The first half is what an index can begin at. */
function behind([moment, id]: readonly [string, string]): SQL | undefined {
  const at = new Date(moment);
  return and(lte(orders.createdAt, at), or(lt(orders.createdAt, at), gt(orders.id, id)));
}

/** Up to a row of that order, and that one too. */
export function upTo([moment, id]: readonly [string, string]): SQL | undefined {
  const at = new Date(moment);
  return and(gte(orders.createdAt, at), or(gt(orders.createdAt, at), lte(orders.id, id)));
}

export function ordersWhere(
  workspaceId: string,
  { number, notNumber, personIds, state, method, productId, personId, from, to }: OrderFilter,
  before: OrderPlace["before"],
): SQL | undefined {
  return and(
    eq(orders.workspaceId, workspaceId),
    or(
      number === undefined ? undefined : eq(orders.number, number),
      personIds == null ? undefined : inArray(orders.personId, [...personIds]),
    ),
    notNumber === undefined ? undefined : ne(orders.number, notNumber),
    state && eq(orders.state, state),
    method && eq(orders.method, method),
    productId ? eq(orders.productId, productId) : undefined,
    personId ? eq(orders.personId, personId) : undefined,
    from ? gte(orders.createdAt, from) : undefined,
    to ? lt(orders.createdAt, to) : undefined,
    before === null ? undefined : behind(before),
  );
}

export async function listOwnOrders(
  db: Db,
  workspaceId: string,
  filter: OrderFilter,
  { before, limit }: OrderPlace,
): Promise<OrderRow[]> {
  return db
    .select()
    .from(orders)
    .where(ordersWhere(workspaceId, filter, before))
    .orderBy(...newestFirst)
    .limit(limit);
}

export async function countOrdersOf(db: Db, workspaceId: string, personId: string): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(orders)
    .where(and(eq(orders.workspaceId, workspaceId), eq(orders.personId, personId)));
  return row?.count ?? 0;
}

/** What a person has paid and not got back, by currency. Top-ups are his own money still, and are counted when it is spent. */
export async function spentBy(db: Db, workspaceId: string, personId: string) {
  return db.execute<{ currency: string; amount: string }>(sql`
    select currency, sum(price - discount - refunded)::text as amount from orders
    where workspace_id = ${workspaceId} and person_id = ${personId} and paid_at is not null and product->>'kind' <> 'topup'
    group by currency having sum(price - discount - refunded) > 0 order by currency`);
}

// ── Days ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface DayChange {
  workspaceId: string;
  /** Of the workspace's zone. */
  day: string;
  productId: string;
  currency: string;
  orders?: number;
  paid?: number;
  revenue?: string;
  refunded?: string;
}

/** Adds to the days, in one order for everybody: two who count the same days wait for each other once. The last lock that is taken. */
export async function countDays(db: Db, changes: readonly DayChange[]): Promise<void> {
  const key = ({ workspaceId, day, productId, currency }: DayChange) =>
    `${workspaceId} ${day} ${productId} ${currency}`;
  const sorted = [...changes].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  for (const { workspaceId, day, productId, currency, ...by } of sorted)
    await db
      .insert(shopDays)
      .values({ workspaceId, day, productId, currency, ...by })
      .onConflictDoUpdate({
        target: [shopDays.workspaceId, shopDays.day, shopDays.productId, shopDays.currency],
        set: {
          orders: sql`${shopDays.orders} + excluded.orders`,
          paid: sql`${shopDays.paid} + excluded.paid`,
          revenue: sql`${shopDays.revenue} + excluded.revenue`,
          refunded: sql`${shopDays.refunded} + excluded.refunded`,
        },
      });
}

// ── Erasure ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Money keeps its rows; the address for receipts goes, and words that members wrote about the person. */
export async function forgetBuyer(db: Db, workspaceId: string, personId: string): Promise<void> {
  await db.execute(sql`
    update order_events e set details = e.details - 'words' from orders o
    where o.id = e.order_id and o.workspace_id = ${workspaceId} and o.person_id = ${personId} and e.details ? 'words'`);
  await db.execute(sql`
    update orders set email = null
    where workspace_id = ${workspaceId} and person_id = ${personId} and email is not null`);
}
