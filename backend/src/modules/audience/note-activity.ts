/** What other rooms learn of subscribers and count here, so that segments can ask for it; and who is meant by a name. */
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

/** A subscriber as lists of other rooms name him. */
export interface SubscriberName {
  id: number;
  telegramId: number;
  firstName: string | null;
  lastName: string | null;
  username: string | null;
}

/** Names by id, of the workspace's subscribers; who was erased is not among them. */
export async function namesOfSubscribers(
  db: Db,
  workspaceId: string,
  ids: readonly number[],
): Promise<Map<number, SubscriberName>> {
  if (ids.length === 0) return new Map();
  const rows = await db.execute<{
    id: string;
    telegram_id: string;
    first_name: string | null;
    last_name: string | null;
    username: string | null;
  }>(sql`
    select id, telegram_id, first_name, last_name, username from subscribers
    where workspace_id = ${workspaceId} and id = any(${`{${ids.join(",")}}`}::bigint[])`);
  return new Map(
    rows.map((row) => [
      Number(row.id),
      {
        id: Number(row.id),
        telegramId: Number(row.telegram_id),
        firstName: row.first_name,
        lastName: row.last_name,
        username: row.username,
      },
    ]),
  );
}

/**
 * Chats of the subscribers whose name or @username holds `text`, or whose Telegram id it is; `limit` at most, the newest first.
 * A number is looked up by an index; a name is looked for in all of the workspace's people.
 */
export async function findSubscribersLike(db: Db, workspaceId: string, text: string, limit: number): Promise<string[]> {
  const wanted = text.trim().replace(/^@/, "");
  if (wanted === "") return [];
  const pattern = `%${wanted.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  // 15 digits: Telegram ids have at most 52 bits.
  const isId = /^\d{1,15}$/.test(wanted);
  const rows = await db.execute<{ chat_id: string }>(
    isId
      ? sql`select chat_id from subscribers where workspace_id = ${workspaceId} and telegram_id = ${Number(wanted)} limit ${limit}`
      : sql`select chat_id from subscribers where workspace_id = ${workspaceId}
          and (coalesce(first_name, '') || ' ' || coalesce(last_name, '') || ' ' || coalesce(username, '')) ilike ${pattern}
          order by id desc limit ${limit}`,
  );
  return rows.map(({ chat_id }) => chat_id);
}
