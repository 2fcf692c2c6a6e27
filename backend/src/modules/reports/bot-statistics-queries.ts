/** What bots reach and do, counted over others' tables. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import type { BotStatistics } from "./bot-statistics-contracts.ts";

/** How many days back a bot's page looks, today included. */
const daysBack = 30;

export interface PeopleRow extends Record<string, unknown> {
  botId: string;
  active: number;
  lost: number;
  unreachable: number;
}

/** Subscribers of the workspace's living bots, or of one of them. A bot without any is there with zeros. */
export async function countPeople(db: Db, workspaceId: string, botId: string | null): Promise<PeopleRow[]> {
  const rows = await db.execute<PeopleRow>(sql`
    select b.id as "botId", coalesce(s.active, 0)::int as active, coalesce(s.lost, 0)::int as lost,
      coalesce(s.unreachable, 0)::int as unreachable
    from bots b left join (
      select bot_id, count(*) filter (where state = 'active') as active,
        count(*) filter (where state in ('blocked', 'deactivated')) as lost,
        count(*) filter (where state = 'unreachable') as unreachable
      from subscribers where workspace_id = ${workspaceId} ${botId === null ? sql`` : sql`and bot_id = ${botId}`}
      group by 1) s on s.bot_id = b.id
    where b.workspace_id = ${workspaceId} and b.released_at is null ${botId === null ? sql`` : sql`and b.id = ${botId}`}
    order by b.is_platform desc, b.created_at, b.id`);
  return [...rows];
}

/**
 * Each of the last thirty days of one bot, days without anything included. A day is the workspace's: whoever came at half past
 * midnight came on the new day. Messages are counted for as long as they are kept.
 */
export async function countBotDays(
  db: Db,
  bot: { workspaceId: string; botId: string },
  when: { now: Date; timeZone: string },
): Promise<BotStatistics["days"]> {
  const { workspaceId, botId } = bot;
  const zone = when.timeZone;
  const dayOf = (column: ReturnType<typeof sql>) => sql`(${column} at time zone ${zone}::text)::date`;
  const rows = await db.execute<BotStatistics["days"][number]>(sql`
    with span as materialized (
      select today - ${daysBack - 1}::int as first, today, (today - ${daysBack - 1}::int)::timestamp at time zone ${zone}::text as since
      from (select (${when.now.toISOString()}::timestamptz at time zone ${zone}::text)::date as today) t
    ), facts as (
      select ${dayOf(sql`subscribed_at`)} as day, count(*) as joined, 0 as lost, 0 as sent, 0 as failed, 0 as unknown, 0 as clicks
        from subscribers, span where bot_id = ${botId} and subscribed_at >= span.since group by 1
      union all
      select ${dayOf(sql`lost_at`)}, 0, count(*), 0, 0, 0, 0
        from subscribers, span where bot_id = ${botId} and lost_at >= span.since group by 1
      union all
      select ${dayOf(sql`done_at`)}, 0, 0, count(*) filter (where state = 'sent'), count(*) filter (where state = 'failed'),
          count(*) filter (where state = 'unknown'), 0
        from deliveries, span
        where workspace_id = ${workspaceId} and bot_id = ${botId} and state in ('sent', 'failed', 'unknown') and done_at >= span.since
        group by 1
      union all
      select ${dayOf(sql`c.at`)}, 0, 0, 0, 0, 0, count(*)
        from span, broadcast_recipients r join broadcast_clicks c on c.recipient_id = r.id
        where r.bot_id = ${botId} and r.clicked_at is not null and c.at >= span.since group by 1
    )
    select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(sum(f.joined), 0)::int as joined, coalesce(sum(f.lost), 0)::int as lost,
      coalesce(sum(f.sent), 0)::int as sent, coalesce(sum(f.failed), 0)::int as failed,
      coalesce(sum(f.unknown), 0)::int as unknown, coalesce(sum(f.clicks), 0)::int as clicks
    from span, generate_series(span.first, span.today, '1 day') d(day) left join facts f on f.day = d.day
    group by d.day order by d.day`);
  return [...rows];
}
