import type { Actor } from "@backend/kit/context.ts";
import { hiddenConnectionIds } from "@backend/modules/conversions/index.ts";
import { type TodaySales, todaySales } from "@backend/modules/shop/index.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

/** A day so far, in figures. Amounts are exact decimal text, summed per currency. */
export interface TodayNumbers {
  conversions: { status: string; count: number; amounts: { currency: string | null; amount: string }[] }[];
  deliveries: { sent: number; waiting: number; failed: number; unknown: number };
  /** Null for somebody who may not see orders. */
  sales: TodaySales | null;
}

/** What a workspace has seen since midnight in `timeZone`, statuses by their number; of conversions, those that `actor` is shown. */
export async function todayNumbers(
  db: Db,
  { workspaceId, timeZone, now, actor }: { workspaceId: string; timeZone: string; now: Date; actor: Actor },
): Promise<TodayNumbers> {
  const hidden = await hiddenConnectionIds(db, actor);
  const since = sql`(date_trunc('day', ${now.toISOString()}::timestamptz at time zone ${timeZone}) at time zone ${timeZone})`;
  const rows = await db.execute<{ status: string; currency: string | null; count: number; amount: string | null }>(sql`
    select status, currency, count(*)::int as count, sum(amount)::text as amount from conversions
    where workspace_id = ${workspaceId} and received_at >= ${since} and received_at <= ${now.toISOString()}::timestamptz
      and connection_id <> all(${`{${hidden.join(",")}}`}::uuid[])
    group by status, currency order by status, currency`);
  const byStatus = new Map<string, TodayNumbers["conversions"][number]>();
  for (const { status, currency, count, amount } of rows) {
    const line = byStatus.get(status) ?? { status, count: 0, amounts: [] };
    line.count += count;
    if (amount !== null) line.amounts.push({ currency, amount });
    byStatus.set(status, line);
  }
  const [deliveries] = await db.execute<TodayNumbers["deliveries"] & Record<string, unknown>>(sql`
    select count(*) filter (where state in ('sent', 'folded'))::int as sent,
      count(*) filter (where state in ('queued', 'sending'))::int as waiting,
      count(*) filter (where state = 'failed')::int as failed,
      count(*) filter (where state = 'unknown')::int as unknown
    from deliveries where workspace_id = ${workspaceId} and created_at >= ${since}`);
  return {
    conversions: [...byStatus.values()].sort((a, b) => b.count - a.count),
    deliveries: deliveries ?? { sent: 0, waiting: 0, failed: 0, unknown: 0 },
    sales: actor.permissions.has("orders.read") ? await todaySales(db, { workspaceId, now }) : null,
  };
}
