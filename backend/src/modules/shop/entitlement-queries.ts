/** SQL statements about what people have, and about their quotas. */
import type { Db } from "@db/client.ts";
import { entitlements, orders, quotaDays } from "@db/schema/shop.ts";
import { and, asc, desc, eq, gt, inArray, isNull, lte, ne, notInArray, or, sql } from "drizzle-orm";

export type EntitlementRow = typeof entitlements.$inferSelect;

export async function insertEntitlement(db: Db, values: typeof entitlements.$inferInsert): Promise<EntitlementRow> {
  const [row] = await db.insert(entitlements).values(values).returning();
  if (!row) throw new Error("an entitlement just stored is not there");
  return row;
}

export async function updateEntitlement(
  db: Db,
  entitlementId: string,
  values: Partial<Omit<typeof entitlements.$inferInsert, "id" | "workspaceId">>,
): Promise<EntitlementRow> {
  const [row] = await db.update(entitlements).set(values).where(eq(entitlements.id, entitlementId)).returning();
  if (!row) throw new Error("a locked entitlement is not there");
  return row;
}

export async function findEntitlementOfOrder(db: Db, orderId: string): Promise<EntitlementRow | null> {
  const [row] = await db.select().from(entitlements).where(eq(entitlements.orderId, orderId));
  return row ?? null;
}

/** Everything of a person that has not ended, in the order of its end; what has no end comes last. */
export async function listLiveOf(
  db: Db,
  workspaceId: string,
  personId: string,
  now: Date,
  how: { locked?: boolean } = {},
): Promise<EntitlementRow[]> {
  const asked = db
    .select()
    .from(entitlements)
    .where(
      and(
        eq(entitlements.workspaceId, workspaceId),
        eq(entitlements.personId, personId),
        eq(entitlements.state, "active"),
        or(isNull(entitlements.endsAt), gt(entitlements.endsAt, now)),
      ),
    )
    .orderBy(sql`${entitlements.endsAt} asc nulls last`, asc(entitlements.id));
  return how.locked ? asked.for("update") : asked;
}

export async function findEntitlement(db: Db, entitlementId: string): Promise<EntitlementRow | null> {
  const [row] = await db.select().from(entitlements).where(eq(entitlements.id, entitlementId));
  return row ?? null;
}

/** Those whose end has come, taken from nobody who is changing them at this moment. */
export async function lockEnded(
  db: Db,
  now: Date,
  limit: number,
  of: { only?: readonly string[]; except?: readonly string[] } = {},
): Promise<EntitlementRow[]> {
  const { only, except } = of;
  return db
    .select()
    .from(entitlements)
    .where(
      and(
        eq(entitlements.state, "active"),
        lte(entitlements.endsAt, now),
        only && inArray(entitlements.id, [...only]),
        except && except.length > 0 ? notInArray(entitlements.id, [...except]) : undefined,
      ),
    )
    .orderBy(asc(entitlements.endsAt))
    .limit(limit)
    .for("update", { skipLocked: true });
}

export async function markEnded(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .update(entitlements)
    .set({ state: "expired", endedAt: sql`${entitlements.endsAt}` })
    .where(inArray(entitlements.id, [...ids]));
}

/** Those that end before a moment and may be due a reminder, page by page. */
export async function listEndingBefore(
  db: Db,
  span: { now: Date; until: Date; after: string | null; limit: number },
): Promise<(EntitlementRow & { isFollowed: boolean; isSubscription: boolean })[]> {
  const { now, until, after, limit } = span;
  const rows = await db
    .select({
      entitlement: entitlements,
      isFollowed: sql<boolean>`exists (select 1 from entitlements later where later.person_id = ${entitlements.personId}
        and later.product_id = ${entitlements.productId} and later.state = 'active' and later.starts_at >= ${entitlements.endsAt})`,
      isSubscription: sql<boolean>`(${orders.method} = 'stars' and coalesce((${orders.product}->>'isSubscription')::boolean, false))`,
    })
    .from(entitlements)
    .innerJoin(orders, eq(orders.id, entitlements.orderId))
    .where(
      and(
        eq(entitlements.state, "active"),
        gt(entitlements.endsAt, now),
        lte(entitlements.endsAt, until),
        after === null ? undefined : gt(entitlements.id, after),
      ),
    )
    .orderBy(asc(entitlements.id))
    .limit(limit);
  return rows.map(({ entitlement, ...facts }) => ({ ...entitlement, ...facts }));
}

/** Notes that a reminder goes out; false when somebody was faster. */
export async function markReminded(db: Db, entitlementId: string, days: number): Promise<boolean> {
  const rows = await db
    .update(entitlements)
    .set({ reminded: sql`array_append(${entitlements.reminded}, ${days}::smallint)` })
    .where(
      and(
        eq(entitlements.id, entitlementId),
        eq(entitlements.state, "active"),
        sql`not (${days} = any(${entitlements.reminded}))`,
      ),
    )
    .returning({ id: entitlements.id });
  return rows.length > 0;
}

// ── Asking back ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Whoever was asked back is not asked for another thing within it, whatever ended. */
const askedAgainAfterDays = 7;

/** What ended by itself, can be bought again, and was neither renewed nor followed by another purchase. Over `e`, `o`, `p`. */
const isLost = (now: Date) => sql`e.state = 'expired' and e.won_back_at is null and o.state <> 'refunded'
  and p.is_visible and p.archived_at is null and (p.stock is null or p.stock > 0)
  and not exists (select from orders later where later.person_id = e.person_id
    and (later.state = 'pending' or later.paid_at >= e.ends_at))
  and not exists (select from entitlements other where other.person_id = e.person_id and other.product_id = e.product_id
    and (other.state = 'active' or other.starts_at >= e.ends_at))
  and not exists (select from entitlements told where told.person_id = e.person_id
    and told.won_back_at > ${now.toISOString()}::timestamptz - ${askedAgainAfterDays} * interval '1 day')`;

export interface Lost extends Record<string, unknown> {
  id: string;
  person_id: string;
  order_id: string;
  product_id: string;
}

/** What ended after `from` and not after `until`, and may be asked back, page by page. */
export async function listLost(
  db: Db,
  workspaceId: string,
  span: { from: Date; until: Date; now: Date; after: string | null; limit: number },
): Promise<Lost[]> {
  const { from, until, now, after, limit } = span;
  return db.execute<Lost>(sql`
    select e.id, e.person_id, e.order_id, e.product_id from entitlements e
    join orders o on o.id = e.order_id join products p on p.id = e.product_id
    where e.workspace_id = ${workspaceId} and e.ends_at > ${from.toISOString()} and e.ends_at <= ${until.toISOString()}
      and ${after === null ? sql`true` : sql`e.id > ${after}`} and ${isLost(now)}
    order by e.id limit ${limit}`);
}

/** Notes that its owner is asked back; false when he was, or when it is lost no more. With the buyer's lock. */
export async function markWonBack(db: Db, entitlementId: string, now: Date): Promise<boolean> {
  const rows = await db.execute(sql`
    update entitlements e set won_back_at = ${now.toISOString()}, updated_at = now() from orders o, products p
    where e.id = ${entitlementId} and o.id = e.order_id and p.id = e.product_id and ${isLost(now)} returning e.id`);
  return rows.length > 0;
}

// ── Quota ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One more post on a day; false when the day is full or the package is not running. Exact under any number of callers. */
export async function addToDay(db: Db, entitlementId: string, day: string, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const rows = await db.execute(sql`
    insert into quota_days as d (entitlement_id, day, used)
    select id, ${day}::date, 1 from entitlements
    where id = ${entitlementId} and state = 'active' and posts_per_day >= 1
      and starts_at <= ${at}::timestamptz and (ends_at is null or ends_at > ${at}::timestamptz)
    on conflict (entitlement_id, day) do update set used = d.used + 1
      where d.used < (select posts_per_day from entitlements where id = excluded.entitlement_id)
    returning 1`);
  return rows.length > 0;
}

export async function usedOn(db: Db, entitlementIds: readonly string[], day: string): Promise<Map<string, number>> {
  if (entitlementIds.length === 0) return new Map();
  const rows = await db
    .select({ id: quotaDays.entitlementId, used: quotaDays.used })
    .from(quotaDays)
    .where(and(inArray(quotaDays.entitlementId, [...entitlementIds]), eq(quotaDays.day, day)));
  return new Map(rows.map(({ id, used }) => [id, used]));
}

/** Service packages of a person other than of one product: what another one takes the place of. In one order for everybody. */
export async function listOtherPackages(
  db: Db,
  workspaceId: string,
  personId: string,
  productId: string,
): Promise<EntitlementRow[]> {
  return db
    .select()
    .from(entitlements)
    .where(
      and(
        eq(entitlements.workspaceId, workspaceId),
        eq(entitlements.personId, personId),
        eq(entitlements.kind, "service"),
        eq(entitlements.state, "active"),
        ne(entitlements.productId, productId),
      ),
    )
    .orderBy(asc(entitlements.orderId));
}

/** One that still runs; null when it has ended meanwhile. Its order is locked before it. */
export async function lockActive(db: Db, entitlementId: string): Promise<EntitlementRow | null> {
  const [row] = await db
    .select()
    .from(entitlements)
    .where(and(eq(entitlements.id, entitlementId), eq(entitlements.state, "active")))
    .for("update");
  return row ?? null;
}

/** Everything a person has or had, the newest first. */
export async function listEntitlementsOf(db: Db, workspaceId: string, personId: string): Promise<EntitlementRow[]> {
  return db
    .select()
    .from(entitlements)
    .where(and(eq(entitlements.workspaceId, workspaceId), eq(entitlements.personId, personId)))
    .orderBy(desc(entitlements.startsAt), desc(entitlements.id));
}
