/** SQL statements that count: from days added up ahead where years are asked for, from orders where hours are. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

/** A day of one currency. */
export type DayRow = {
  day: string;
  currency: string;
  orders: number;
  paid: number;
  revenue: string;
  refunded: string;
};
export type ProductDayRow = Omit<DayRow, "orders"> & { productId: string };
export type HoursRow = Pick<DayRow, "day" | "currency" | "orders" | "revenue">;

/** Every day on which something happened, per currency. */
export const readDays = (db: Db, workspaceId: string): Promise<DayRow[]> =>
  db.execute<DayRow>(sql`
    select day::text as day, currency, sum(orders)::int as orders, sum(paid)::int as paid, sum(revenue)::text as revenue,
      sum(refunded)::text as refunded
    from shop_days where workspace_id = ${workspaceId} group by day, currency order by day`);

/** What each product brought within days, both included. */
export const readProductDays = (
  db: Db,
  workspaceId: string,
  { from, to }: { from: string; to: string },
): Promise<ProductDayRow[]> =>
  db.execute<ProductDayRow>(sql`
    select day::text as day, product_id as "productId", currency, sum(paid)::int as paid, sum(revenue)::text as revenue,
      sum(refunded)::text as refunded
    from shop_days where workspace_id = ${workspaceId} and day between ${from}::date and ${to}::date
    group by day, product_id, currency`);

/** Of people who ordered since a moment: how many, how many paid, how many paid more than once. */
export async function readFunnel(db: Db, workspaceId: string, since: Date) {
  const [row] = await db.execute<{ ordered: number; paid: number; again: number }>(sql`
    with buyers as (
      select person_id, count(paid_at) as paid from orders
      where workspace_id = ${workspaceId} and created_at >= ${since.toISOString()}::timestamptz group by person_id)
    select count(*)::int as ordered, (count(*) filter (where paid > 0))::int as paid, (count(*) filter (where paid > 1))::int as again
    from buyers`);
  return row ?? { ordered: 0, paid: 0, again: 0 };
}

/** The same hours of each day since `since`: orders made and money of them that came, up to the time of day that it is now. */
export const readSameHours = (
  db: Db,
  workspaceId: string,
  ask: { since: Date; now: Date; timeZone: string },
): Promise<HoursRow[]> => {
  const local = (column: string) => sql`(${sql.raw(column)} at time zone ${ask.timeZone})`;
  const clock = sql`(${ask.now.toISOString()}::timestamptz at time zone ${ask.timeZone})::time`;
  return db.execute<HoursRow>(sql`
    select ${local("created_at")}::date::text as day, currency, count(*)::int as orders,
      coalesce(sum(price - discount) filter (where paid_at is not null and product->>'kind' <> 'topup'), 0)::text as revenue
    from orders
    where workspace_id = ${workspaceId} and created_at >= ${ask.since.toISOString()}::timestamptz
      and created_at <= ${ask.now.toISOString()}::timestamptz and ${local("created_at")}::time <= ${clock}
    group by 1, 2`);
};

export async function countActive(db: Db, workspaceId: string, now: Date): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(distinct person_id)::int as count from entitlements
    where workspace_id = ${workspaceId} and state = 'active' and (ends_at is null or ends_at > ${now.toISOString()}::timestamptz)`);
  return row?.count ?? 0;
}

export async function countOnSale(db: Db, workspaceId: string): Promise<number> {
  const [row] = await db.execute<{ count: number }>(sql`
    select count(*)::int as count from products where workspace_id = ${workspaceId} and is_visible and archived_at is null`);
  return row?.count ?? 0;
}

/** One day, per currency. */
export const readDay = (db: Db, workspaceId: string, day: string) =>
  db.execute<{ currency: string; orders: number; paid: number; revenue: string }>(sql`
    select currency, sum(orders)::int as orders, sum(paid)::int as paid, sum(revenue - refunded)::text as revenue
    from shop_days where workspace_id = ${workspaceId} and day = ${day}::date group by currency order by currency`);
