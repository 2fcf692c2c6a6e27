/** What other rooms learn of subscribers and count here, so that segments can ask for it. */
import { systemClock } from "@backend/kit/clock.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";

/** Counts clicks on counted links. Ids of people who are erased meanwhile are passed over. */
export async function noteClicks(
  db: Db,
  clicks: readonly { subscriberId: number; count: number }[],
  at: Date,
): Promise<void> {
  if (clicks.length === 0) return;
  // In the order of ids: two processes that count the same people wait for each other instead of embracing.
  const sorted = [...clicks].sort((a, b) => a.subscriberId - b.subscriberId);
  await db.execute(sql`
    with noted as (
      select id, clicks from jsonb_to_recordset(${JSON.stringify(sorted.map(({ subscriberId, count }) => ({ id: subscriberId, clicks: count })))}::jsonb)
        as n(id bigint, clicks int)
    ), locked as (
      select s.id, n.clicks from subscribers s join noted n using (id) order by s.id for update of s
    )
    update subscribers s set clicks = s.clicks + l.clicks,
      last_click_at = greatest(s.last_click_at, ${at.toISOString()}::timestamptz)
    from locked l where s.id = l.id`);
}

/** Counts conversions that messages brought; `change` is negative when the tracker took some back. */
export async function noteConversions(db: Db, subscriberId: number, change: number, at: Date): Promise<void> {
  await db.execute(sql`
    update subscribers set conversions = greatest(0, conversions + ${change}::int),
      last_conversion_at = case when ${change}::int > 0 then greatest(last_conversion_at, ${at.toISOString()}::timestamptz) else last_conversion_at end
    where id = ${subscriberId}`);
}

/**
 * Reaction to steps of orders: counts those that were paid, and takes back those whose money went back whole. An order is a person's,
 * whichever bot he came through, so it counts in every bot that he has started by then.
 */
export async function noteOrders(
  db: Db,
  facts: readonly { workspaceId: string; personId: string; state: string }[],
): Promise<void> {
  for (const { workspaceId, personId, state } of facts) {
    const change = state === "paid" ? 1 : state === "refunded" ? -1 : 0;
    if (change === 0) continue;
    await db.execute(sql`
      with locked as (
        select id from subscribers where workspace_id = ${workspaceId} and person_id = ${personId} order by id for update
      )
      update subscribers s set orders = greatest(0, s.orders + ${change}::int),
        last_order_at = case when ${change}::int > 0
          then greatest(s.last_order_at, ${systemClock().toISOString()}::timestamptz) else s.last_order_at end
      from locked where s.id = locked.id`);
  }
}
