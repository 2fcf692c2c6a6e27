import { pgArray } from "@backend/kit/pg-array.ts";
import type { Db } from "@db/client.ts";
import type { ChatState } from "@db/schema/messaging.ts";
import { sql } from "drizzle-orm";

/** Somebody from a file, who may never have written to the bot. */
export interface ImportedChat {
  telegramId: number;
  title: string;
  username: string | null;
  personId: string | null;
}

/**
 * Private chats of people from a file, many at once: `unreachable` until they press Start, when `registerChat` makes them active.
 * Chats that are known stay exactly as they are. Answers in the order given; ids among `people` must differ. In the transaction
 * that `tx` is.
 */
export async function registerImportedChats(
  tx: Db,
  at: { workspaceId: string; botId: string; now: Date },
  people: readonly ImportedChat[],
): Promise<{ id: string; state: ChatState; isNew: boolean }[]> {
  // Ordered ids: a million random ones would touch every page of three indexes again and again.
  const ids = people.map(() => Bun.randomUUIDv7());
  const telegramIds = pgArray(people.map(({ telegramId }) => telegramId));
  const [made] = await tx.execute<{ count: number }>(sql`
    with added as (
      insert into chats (id, workspace_id, bot_id, telegram_chat_id, kind, title, username, person_id, state, state_since)
      select g.id, ${at.workspaceId}, ${at.botId}, g.telegram_id, 'private', g.title, g.username, g.person_id, 'unreachable',
        ${at.now.toISOString()}::timestamptz
      from unnest(${pgArray(ids)}::uuid[], ${telegramIds}::bigint[], ${pgArray(people.map(({ title }) => title))}::text[],
        ${pgArray(people.map(({ username }) => username))}::text[],
        ${pgArray(people.map(({ personId }) => personId))}::uuid[]) g(id, telegram_id, title, username, person_id)
      on conflict (bot_id, telegram_chat_id) do nothing
      returning 1
    ) select count(*)::int as count from added`);
  if (made?.count === people.length) return ids.map((id) => ({ id, state: "unreachable" as const, isNew: true }));
  const rows = await tx.execute<{ id: string; telegram_id: string; state: ChatState }>(sql`
    select id, telegram_chat_id as telegram_id, state from chats
    where bot_id = ${at.botId} and telegram_chat_id = any(${telegramIds}::bigint[])`);
  const known = new Map(rows.map(({ id, telegram_id, state }) => [Number(telegram_id), { id, state }]));
  return people.map(({ telegramId }, index) => {
    const chat = known.get(telegramId);
    if (!chat) throw new Error("a chat just registered is not there");
    return { ...chat, isNew: chat.id === ids[index] };
  });
}
