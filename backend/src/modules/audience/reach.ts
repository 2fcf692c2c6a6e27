/** Who a message reaches: counted before, and walked in batches while it is sent. */
import { executeCancellable } from "@db/cancellable.ts";
import { type Db, plannedForValues } from "@db/client.ts";
import { type SQL, sql } from "drizzle-orm";
import type { Condition } from "./domain/segment.ts";
import { assertUsable } from "./segment-check.ts";
import { conditionSql } from "./segment-sql.ts";

/** The audience of one message. */
export interface AudienceAsk {
  workspaceId: string;
  /** Null = everybody. */
  condition: Condition | null;
  /** What kind of message it is; whoever refuses it is left out. Null: only those who refuse everything are. */
  categoryId: number | null;
  now: Date;
  timeZone: string;
}

/** A subscriber as a message needs him. */
export interface AudienceMember {
  id: number;
  botId: string;
  chatId: string;
  personId: string | null;
  telegramId: number;
  language: string | null;
  timeZone: string | null;
  firstName: string | null;
  lastName: string | null;
  username: string | null;
  source: string | null;
  fields: Record<string, string | number | boolean>;
  /** Refuses messages of this kind: to be counted as skipped, not written to. */
  isOptedOut: boolean;
}

export interface Reach {
  /** Subscribers who would get it; one human in two of the bots counts twice, since both bots write. */
  people: number;
  byBot: { botId: string; people: number }[];
  /** In the segment and reachable, but refusing this kind of message. */
  optedOut: number;
  /** In the segment, but blocked, gone or never started. */
  unreachable: number;
}

const refuses = (categoryId: number | null): SQL =>
  categoryId === null ? sql`s.is_opted_out` : sql`(s.is_opted_out or s.opted_out_of @> array[${categoryId}]::int[])`;

const uuids = (ids: readonly string[]): SQL => sql`${`{${ids.join(",")}}`}::uuid[]`;

const planned = sql.raw(plannedForValues);

/** Those whom the condition means, whether they can be written to or not. */
const meant = (ask: AudienceAsk & { botIds: readonly string[] }): SQL =>
  sql`s.workspace_id = ${ask.workspaceId} and s.bot_id = any(${uuids(ask.botIds)}) and (${conditionSql(ask.condition, ask)})`;

const unending = new AbortController().signal;

/**
 * Counted by one scan over the workspace's people, on two processors where there are two; a rare tag by its index. Refuses a condition
 * that names what is gone (`assertUsable`). `signal` stops the statement.
 */
export async function reachOf(
  db: Db,
  ask: AudienceAsk & { botIds: readonly string[] },
  signal: AbortSignal = unending,
): Promise<Reach> {
  await assertUsable(db, ask.workspaceId, ask.condition);
  const refusing = refuses(ask.categoryId);
  const query = sql`${planned}
    select s.bot_id, count(*) filter (where s.state = 'active' and not ${refusing})::int as people,
      count(*) filter (where s.state = 'active' and ${refusing})::int as opted_out,
      count(*)::int as meant
    from subscribers s where ${meant(ask)} group by s.bot_id`;
  const rows = await executeCancellable<{ bot_id: string; people: number; opted_out: number; meant: number }>(
    db,
    query,
    signal,
  );
  const counts = new Map(rows.map((row) => [row.bot_id, row]));
  const sum = (of: "people" | "opted_out" | "meant") => rows.reduce((total, row) => total + row[of], 0);
  const people = sum("people");
  const optedOut = sum("opted_out");
  return {
    people,
    byBot: ask.botIds.map((botId) => ({ botId, people: counts.get(botId)?.people ?? 0 })),
    optedOut,
    unreachable: sum("meant") - people - optedOut,
  };
}

/**
 * So many are told apart at most; of more, every second, fourth, … is, and the rest reckoned from them: over a million people that
 * costs two thirds of what counting them did, in place of as much again.
 */
const humansAtMost = 25_000;

export interface Humans {
  count: number;
  /** False when it was reckoned from a part of them: within two percent, nineteen times of twenty. */
  isExact: boolean;
}

/** How many different humans are among `people` that these bots reach: one who is in two of the bots is one. */
export async function humansOf(
  db: Db,
  ask: AudienceAsk & { botIds: readonly string[] },
  people: number,
  { signal = unending, atMost = humansAtMost }: { signal?: AbortSignal; atMost?: number } = {},
): Promise<Humans> {
  if (people === 0 || ask.botIds.length === 1) return { count: people, isExact: true };
  const parts = 2 ** Math.max(0, Math.ceil(Math.log2(people / atMost)));
  const isPart = parts === 1 ? sql`true` : sql`hashint8(s.telegram_id) & ${parts - 1}::int = 0`;
  const query = sql`${planned}
    select count(*)::int as count from (
      select 1 from subscribers s
      where ${isPart} and s.state = 'active' and not ${refuses(ask.categoryId)} and ${meant(ask)} group by s.telegram_id) h`;
  const [row] = await executeCancellable<{ count: number }>(db, query, signal);
  return { count: Math.min(people, (row?.count ?? 0) * parts), isExact: parts === 1 };
}

/** The greatest id of a bot's audience, at which a walk that starts now ends; 0 when there is nobody. */
export async function audienceCeiling(db: Db, botId: string): Promise<number> {
  const [row] = await db.execute<{ ceiling: string | null }>(
    sql`select max(id) as ceiling from subscribers where bot_id = ${botId}`,
  );
  return Number(row?.ceiling ?? 0);
}

interface MemberRow extends Record<string, unknown> {
  id: string;
  bot_id: string;
  chat_id: string;
  person_id: string | null;
  telegram_id: string;
  language: string | null;
  time_zone: string | null;
  first_name: string | null;
  last_name: string | null;
  username: string | null;
  source: string | null;
  fields: Record<string, string | number | boolean>;
  is_refusing: boolean;
}

const columns = (
  categoryId: number | null,
): SQL => sql`s.id, s.bot_id, s.chat_id, s.person_id, s.telegram_id, s.language,
  s.time_zone, s.first_name, s.last_name, s.username, s.source, s.fields, ${refuses(categoryId)} as is_refusing`;

const asMember = (row: MemberRow): AudienceMember => ({
  id: Number(row.id),
  botId: row.bot_id,
  chatId: row.chat_id,
  personId: row.person_id,
  telegramId: Number(row.telegram_id),
  language: row.language,
  timeZone: row.time_zone,
  firstName: row.first_name,
  lastName: row.last_name,
  username: row.username,
  source: row.source,
  fields: row.fields,
  isOptedOut: row.is_refusing,
});

/** Ids that one statement of a walk looks through at most: a million people take a second or two where nearly nobody fits. */
const idsAtOnce = 1_000_000;

/**
 * The next reachable members of one bot's audience with ids in (afterId, ceiling], in order. Fewer than `limit` means that the
 * walk is over. `where` narrows further (an experiment's sample). Refuses a condition that names what is gone, at every batch: a tag
 * may be deleted while a broadcast is on its way.
 */
export async function walkAudience(
  db: Db,
  ask: AudienceAsk & { botId: string; afterId: number; ceiling: number; limit: number; where?: SQL },
): Promise<AudienceMember[]> {
  await assertUsable(db, ask.workspaceId, ask.condition);
  const found: AudienceMember[] = [];
  for (let from = ask.afterId; from < ask.ceiling && found.length < ask.limit; from += idsAtOnce) {
    const rows = await db.execute<MemberRow>(sql`${planned}
      select ${columns(ask.categoryId)} from subscribers s
      where s.workspace_id = ${ask.workspaceId} and s.bot_id = ${ask.botId}
        and s.id > ${from} and s.id <= ${Math.min(ask.ceiling, from + idsAtOnce)}
        and s.state = 'active' and (${conditionSql(ask.condition, ask)}) and ${ask.where ?? sql`true`}
      order by s.id limit ${ask.limit - found.length}`);
    found.push(...rows.map(asMember));
  }
  return found;
}

/** Those of `ids` that still belong to the audience: asked again when the time of a message has come. */
export async function stillInAudience(
  db: Db,
  ask: AudienceAsk,
  ids: readonly number[],
): Promise<Map<number, AudienceMember>> {
  if (ids.length === 0) return new Map();
  await assertUsable(db, ask.workspaceId, ask.condition);
  const rows = await db.execute<MemberRow>(sql`
    select ${columns(ask.categoryId)} from subscribers s
    where s.workspace_id = ${ask.workspaceId} and s.id = any(${`{${ids.join(",")}}`}::bigint[])
      and s.state = 'active' and (${conditionSql(ask.condition, ask)})`);
  return new Map(rows.map((row) => [Number(row.id), asMember(row)]));
}
