/** SQL for rooms that have to do with many: whose chats are known, taking back what waits, and how fast bots are allowed to go. */
import { pgArray } from "@backend/kit/pg-array.ts";
import type { Db } from "@db/client.ts";
import type { ChatState } from "@db/schema/messaging.ts";
import { sql } from "drizzle-orm";

const bigints = (ids: readonly bigint[]) => sql`${`{${ids.join(",")}}`}::bigint[]`;

/** The chats that a bot has with some of these people, by Telegram id; whoever never came has none. */
export async function privateChatsAt(
  db: Db,
  botId: string,
  telegramIds: readonly number[],
): Promise<Map<number, { id: string; state: ChatState }>> {
  const rows = await db.execute<{ id: string; telegram_id: string; state: ChatState }>(sql`
    select id, telegram_chat_id as telegram_id, state from chats
    where bot_id = ${botId} and telegram_chat_id = any(${pgArray(telegramIds)}::bigint[])`);
  return new Map(rows.map(({ id, telegram_id, state }) => [Number(telegram_id), { id, state }]));
}

/**
 * Takes back those of `ids` that nobody has begun to send, and answers with them. What a lane is claiming at this moment is left
 * to it instead of waited for: it counts as under way.
 */
export async function takeBackQueued(db: Db, workspaceId: string, ids: readonly bigint[]): Promise<bigint[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<{ id: string }>(sql`
    with waiting as (
      select id from deliveries
      where id = any(${bigints(ids)}) and workspace_id = ${workspaceId} and state = 'queued'
      order by id for update skip locked
    )
    update deliveries d set state = 'cancelled', error_code = 'messaging.cancelled.no_longer_needed', done_at = now()
    from waiting where d.id = waiting.id returning d.id`);
  return rows.map(({ id }) => BigInt(id));
}

/** Those of `ids` that retention has deleted: what became of them nobody can tell any more. */
export async function goneOf(db: Db, ids: readonly bigint[]): Promise<bigint[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<{ id: string }>(sql`
    select id from unnest(${bigints(ids)}) as asked(id)
    where not exists (select from deliveries d where d.id = asked.id)`);
  return rows.map(({ id }) => BigInt(id));
}

/**
 * Which of these uploads are named by messages that may still go out: waiting, under way, or unknown until somebody decides. One branch
 * for each state, so that the indexes of what is not over yet can answer and what was sent is not read.
 */
export async function filesToBeSent(db: Db, workspaceId: string, uploadIds: readonly string[]): Promise<string[]> {
  if (uploadIds.length === 0) return [];
  const rows = await db.execute<{ id: string }>(sql`
    with open as (
      select content from deliveries where workspace_id = ${workspaceId} and state = 'queued' and is_due
      union all select content from deliveries where workspace_id = ${workspaceId} and state = 'queued' and not is_due
      union all select content from deliveries where workspace_id = ${workspaceId} and state = 'sending'
      union all select content from deliveries where workspace_id = ${workspaceId} and state = 'unknown'
    )
    select distinct found[1] as id from open, regexp_matches(content::text, '"upload:([0-9a-f-]{36})"', 'g') found
    where found[1] = any(${pgArray(uploadIds)}::text[])`);
  return rows.map(({ id }) => id);
}

/** What a bot's lane may do at this moment. */
export interface LanePace {
  /** Messages a second that Telegram was seen to allow; null = the published limits. */
  learnedPerSecond: number | null;
  /** Telegram refused the token: nothing goes out until somebody resumes the lane. */
  isRefused: boolean;
}

/** Lanes of some bots; a bot that has never sent has none. */
export async function lanePacesOf(db: Db, botIds: readonly string[]): Promise<Map<string, LanePace>> {
  if (botIds.length === 0) return new Map();
  const rows = await db.execute<{ bot_id: string; learned: number | null; is_refused: boolean }>(sql`
    select bot_id, learned_per_second as learned,
      coalesce(paused_reason = 'token' and paused_until > now(), false) as is_refused
    from lanes where bot_id = any(${`{${botIds.join(",")}}`}::uuid[])`);
  return new Map(rows.map((row) => [row.bot_id, { learnedPerSecond: row.learned, isRefused: row.is_refused }]));
}
