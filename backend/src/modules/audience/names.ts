/** What subscribers and categories are called, for lists and choices of other rooms. */
import type { Db } from "@db/client.ts";
import { audienceCategories } from "@db/schema/audience.ts";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { matching } from "./queries.ts";

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
 * Those whom a search of the list finds (names, @username, Telegram id) among people with a chat, the newest first, at most `limit`.
 * Found by the index of words first: walked in the order of ids, a name that is rare would be looked for in everybody.
 */
export async function findSubscribersLike(
  db: Db,
  workspaceId: string,
  text: string,
  limit: number,
): Promise<{ id: number; chatId: string }[]> {
  if (text.trim() === "") return [];
  const rows = await db.execute<{ id: string; chat_id: string }>(sql`
    with found as materialized (
      select s.id, s.chat_id from subscribers s where ${matching(workspaceId, { search: text })} and s.chat_id is not null
    ) select id, chat_id from found order by id desc limit ${limit}`);
  return rows.map(({ id, chat_id }) => ({ id: Number(id), chatId: chat_id }));
}

/** Without the archived ones: nobody chooses them any more. */
export const namesOfCategories = (
  db: Db,
  workspaceId: string,
): Promise<{ id: number; names: Partial<Record<"en" | "ru" | "uk", string>> }[]> =>
  db
    .select({ id: audienceCategories.id, names: audienceCategories.names })
    .from(audienceCategories)
    .where(and(eq(audienceCategories.workspaceId, workspaceId), isNull(audienceCategories.archivedAt)))
    .orderBy(asc(audienceCategories.position), asc(audienceCategories.id));
