/**
 * SQL of the lanes. Hot statements: written for the driver's prepared statements, many rows at once, and each claim and
 * result names the fence it was made under.
 */
import type { Db } from "@db/client.ts";
import type { ChatKind, ChatState, DeliveryAct } from "@db/schema/messaging.ts";
import { sql as dsl } from "drizzle-orm";
import type postgres from "postgres";
import type { Content, Fold } from "../contracts.ts";
import type { HeadNews } from "../domain/schedule.ts";

type Sql = postgres.Sql;

// ── Hosts and leases ────────────────────────────────────────────────────────────────────────────────────────────────

/** Older than this, a heartbeat means death. A host stops sending by itself well before (see runtime.ts). */
export const deadAfterMs = 3_500;

export async function registerHost(sql: Sql, hostId: string): Promise<void> {
  await sql`insert into lane_hosts (id) values (${hostId})`;
}

/** False when this host has been declared dead: then its lanes are gone. */
export async function beat(sql: Sql, hostId: string): Promise<boolean> {
  const rows = await sql`update lane_hosts set heartbeat_at = now() where id = ${hostId} returning 1`;
  return rows.length > 0;
}

/**
 * A row lock decides between a late heartbeat and its burial: whoever comes second sees what the first did. Nobody buries
 * himself: after an outage of the database the only process keeps its lanes.
 */
export async function buryDeadHosts(sql: Sql, hostId: string): Promise<number> {
  const rows = await sql`
    delete from lane_hosts where id <> ${hostId} and heartbeat_at < now() - ${deadAfterMs} * interval '1 millisecond' returning 1`;
  return rows.length;
}

export async function retireHost(sql: Sql, hostId: string): Promise<void> {
  await sql`delete from lane_hosts where id = ${hostId}`;
}

/** Living hosts, lanes in all, lanes without a living owner. */
export async function countLanes(sql: Sql): Promise<{ hosts: number; lanes: number; free: number }> {
  const [row] = await sql<{ hosts: number; lanes: number; free: number }[]>`
    select (select count(*)::int from lane_hosts) as hosts, count(*)::int as lanes,
      count(*) filter (where h.id is null)::int as free
    from lanes l left join lane_hosts h on h.id = l.owner_id`;
  return row ?? { hosts: 1, lanes: 0, free: 0 };
}

export interface Lease {
  botId: string;
  fence: number;
  /** Milliseconds from now; null = not paused, Infinity = until somebody resumes it. */
  pausedForMs: number | null;
  pausedReason: string | null;
  learnedPerSecond: number | null;
}

interface LeaseRow {
  bot_id: string;
  fence: string;
  paused_ms: number | null;
  paused_reason: string | null;
  learned_per_second: number | null;
}

const asLease = (row: LeaseRow): Lease => ({
  botId: row.bot_id,
  fence: Number(row.fence),
  pausedForMs: row.paused_ms !== null && row.paused_ms > 0 ? row.paused_ms : null,
  pausedReason: row.paused_reason,
  learnedPerSecond: row.learned_per_second,
});

/** Takes up to `count` lanes that have no living owner; each gets a new fence. */
export async function takeLanes(sql: Sql, hostId: string, count: number): Promise<Lease[]> {
  const rows = await sql<LeaseRow[]>`
    with free as (
      select l.bot_id from lanes l
      where (l.owner_id is null or not exists (select 1 from lane_hosts h where h.id = l.owner_id))
        and exists (select 1 from lane_hosts me where me.id = ${hostId})
      order by l.bot_id limit ${count} for update skip locked
    )
    update lanes l set owner_id = ${hostId}, fence = l.fence + 1, taken_at = now(), updated_at = now()
    from free where l.bot_id = free.bot_id
    returning l.bot_id, l.fence, l.paused_reason, l.learned_per_second,
      case when l.paused_until = 'infinity' then 'Infinity'::float8
        else (extract(epoch from l.paused_until - now()) * 1000)::float8 end as paused_ms`;
  return rows.map(asLease);
}

const leaseColumns = (sql: Sql) => sql`bot_id, fence, paused_reason, learned_per_second,
  case when paused_until = 'infinity' then 'Infinity'::float8
    else (extract(epoch from paused_until - now()) * 1000)::float8 end as paused_ms`;

/** The lanes that are ours by the database's book, as they stand: one bot's, or all. */
export async function readOwnLeases(sql: Sql, hostId: string, botId: string | null = null): Promise<Lease[]> {
  const rows = await sql<LeaseRow[]>`
    select ${leaseColumns(sql)} from lanes
    where owner_id = ${hostId} ${botId === null ? sql`` : sql`and bot_id = ${botId}`}`;
  return rows.map(asLease);
}

export async function releaseLanes(sql: Sql, hostId: string, botIds: readonly string[]): Promise<void> {
  await sql`update lanes set owner_id = null, updated_at = now()
    where owner_id = ${hostId} and bot_id = any(${botIds as string[]}::uuid[])`;
}

/** What a lane met by itself never ends that its bot was switched off. */
export async function pauseLane(
  sql: Sql,
  lane: { botId: string; fence: number },
  pause: { ms: number; reason: string; learnedPerSecond: number | null },
): Promise<void> {
  await sql`
    update lanes set learned_per_second = ${pause.learnedPerSecond}, paused_reason = ${pause.reason},
      paused_until = case when ${Number.isFinite(pause.ms)}::boolean
        then now() + ${Number.isFinite(pause.ms) ? pause.ms : 0} * interval '1 millisecond' else 'infinity' end
    where bot_id = ${lane.botId} and fence = ${lane.fence} and coalesce(paused_reason, '') not in ('off', 'gone')`;
}

// ── Finding work ────────────────────────────────────────────────────────────────────────────────────────────────────

interface NewsRow {
  id: string;
  chat_id: string;
  rank: number;
  is_paid: boolean;
  is_private: boolean;
  paused_ms: number | null;
}

const asNews = (row: NewsRow, now: number): HeadNews => ({
  id: Number(row.id),
  chatId: row.chat_id,
  rank: row.rank,
  isPaid: row.is_paid,
  isPrivate: row.is_private,
  ...(row.paused_ms !== null && row.paused_ms > 0 ? { pausedUntil: now + row.paused_ms } : {}),
});

export interface Cursor {
  rank: number;
  id: number;
}

/** The waiting messages of a bot that follow `after`, in the order of the lanes. */
export async function scanQueue(
  sql: Sql,
  botId: string,
  after: Cursor,
  limit: number,
  now: number,
): Promise<HeadNews[]> {
  const rows = await sql<NewsRow[]>`
    select d.id, d.chat_id, d.rank, d.is_paid, c.kind = 'private' as is_private,
      (extract(epoch from c.paused_until - now()) * 1000)::float8 as paused_ms
    from (select id, chat_id, rank, is_paid from deliveries
      where bot_id = ${botId} and state = 'queued' and is_due and (rank, id) > (${after.rank}::smallint, ${after.id}::bigint)
      order by rank, id limit ${limit}) d
    join chats c on c.id = d.chat_id order by d.rank, d.id`;
  return rows.map((row) => asNews(row, now));
}

/** The first waiting message of each chat, and whether another follows. */
export async function readHeads(
  sql: Sql,
  botId: string,
  chatIds: readonly string[],
  now: number,
): Promise<Map<string, { news: HeadNews; hasMore: boolean }>> {
  const rows = await sql<NewsRow[]>`
    select d.id, c.id as chat_id, d.rank, d.is_paid, c.kind = 'private' as is_private,
      (extract(epoch from c.paused_until - now()) * 1000)::float8 as paused_ms
    from chats c cross join lateral (
      select id, rank, is_paid from deliveries
      where chat_id = c.id and state = 'queued' and is_due order by rank, id limit 2) d
    where c.id = any(${chatIds as string[]}::uuid[]) and c.bot_id = ${botId} order by d.rank, d.id`;
  const heads = new Map<string, { news: HeadNews; hasMore: boolean }>();
  for (const row of rows) {
    const known = heads.get(row.chat_id);
    if (known) known.hasMore = true;
    else heads.set(row.chat_id, { news: asNews(row, now), hasMore: false });
  }
  return heads;
}

/** When chats got their last messages (at most 20 each, within a minute), oldest first, in the caller's clock. */
export async function readHistories(sql: Sql, chatIds: readonly string[], now: number): Promise<Map<string, number[]>> {
  const rows = await sql<{ chat_id: string; ago_ms: number }[]>`
    select c as chat_id, (extract(epoch from now() - h.at) * 1000)::float8 as ago_ms
    from unnest(${chatIds as string[]}::uuid[]) c cross join lateral (
      select coalesce(done_at, sending_at) as at from deliveries
      where chat_id = c and sending_at > now() - interval '61 seconds' order by id desc limit 20) h`;
  const histories = new Map<string, number[]>();
  for (const row of rows) {
    const times = histories.get(row.chat_id) ?? [];
    times.push(now - row.ago_ms);
    histories.set(row.chat_id, times);
  }
  for (const times of histories.values()) times.sort((a, b) => a - b);
  return histories;
}

/** Which of these bots have something waiting: what a lost notification would have told. */
export async function botsWithWork(sql: Sql, botIds: readonly string[]): Promise<string[]> {
  const rows = await sql<{ bot_id: string }[]>`
    select b as bot_id from unnest(${botIds as string[]}::uuid[]) b
    where exists (select 1 from deliveries d where d.bot_id = b and d.state = 'queued' and d.is_due)`;
  return rows.map((row) => row.bot_id);
}

/** Makes planned messages due whose time has come; answers with their bots. */
export async function ripen(sql: Sql, limit: number): Promise<string[]> {
  const rows = await sql<{ bot_id: string }[]>`
    with ripe as (
      select id from deliveries where state = 'queued' and not is_due and not_before <= now()
      order by not_before limit ${limit} for update skip locked
    ), due as (update deliveries d set is_due = true from ripe where d.id = ripe.id returning d.bot_id)
    select distinct bot_id from due`;
  return rows.map((row) => row.bot_id);
}

// ── Claiming, recording, recovering ─────────────────────────────────────────────────────────────────────────────────

export interface ClaimAsk {
  id: number;
  botId: string;
  fence: number;
}

export interface Claimed {
  id: number;
  workspaceId: string;
  chatId: string;
  telegramChatId: number;
  chatKind: ChatKind;
  chatState: ChatState;
  threadId: number | null;
  rank: number;
  isPaid: boolean;
  content: Content;
  act: DeliveryAct;
  /** What is edited or deleted. */
  targetMessageId: number | null;
  albumMessageIds: number[] | null;
  /** Tries that may have arrived, this one included. */
  attempts: number;
}

interface ClaimedRow {
  id: string;
  workspace_id: string;
  chat_id: string;
  telegram_chat_id: string;
  kind: ChatKind;
  chat_state: ChatState;
  thread_id: string | null;
  rank: number;
  is_paid: boolean;
  content: Content;
  act: DeliveryAct;
  target_message_id: string | null;
  album_message_ids: (string | number)[] | null;
  attempts: number;
}

const asClaimed = (row: ClaimedRow): Claimed => ({
  id: Number(row.id),
  workspaceId: row.workspace_id,
  chatId: row.chat_id,
  telegramChatId: Number(row.telegram_chat_id),
  chatKind: row.kind,
  chatState: row.chat_state,
  threadId: row.thread_id === null ? null : Number(row.thread_id),
  rank: row.rank,
  isPaid: row.is_paid,
  content: row.content,
  act: row.act,
  targetMessageId: row.target_message_id === null ? null : Number(row.target_message_id),
  albumMessageIds: row.album_message_ids?.map(Number) ?? null,
  attempts: row.attempts,
});

/** Marks messages as under way, of any number of bots, each only under the fence its lane has right now. */
export async function claim(sql: Sql, asks: readonly ClaimAsk[]): Promise<Map<number, Claimed>> {
  const rows = await sql<ClaimedRow[]>`
    update deliveries d set state = 'sending', fence = l.fence, sending_at = now(), attempts = d.attempts + 1
    from unnest(${asks.map((ask) => String(ask.id))}::bigint[], ${asks.map((ask) => ask.botId)}::uuid[],
      ${asks.map((ask) => String(ask.fence))}::bigint[]) a(id, bot_id, fence)
    join lanes l on l.bot_id = a.bot_id and l.fence = a.fence, chats c
    where d.id = a.id and d.bot_id = a.bot_id and d.state = 'queued' and c.id = d.chat_id
    returning d.id, d.workspace_id, d.chat_id, c.telegram_chat_id, c.kind, c.state as chat_state, d.thread_id, d.rank,
      d.is_paid, coalesce(d.digest, d.content) as content, d.act, d.target_message_id, d.album_message_ids, d.attempts`;
  return new Map(rows.map((row) => [Number(row.id), asClaimed(row)]));
}

export interface Result {
  id: number;
  fence: number;
  state: "sent" | "failed" | "unknown" | "queued" | "cancelled";
  messageId?: number | null;
  albumMessageIds?: number[] | null;
  code?: string | null;
  text?: string | null;
  /** The try did not count: nothing can have arrived. */
  isRefunded?: boolean;
  /** Goes to the General topic from now on. */
  leavesTopic?: boolean;
  /** Nothing into the chat for so long. */
  pauseChatMs?: number;
}

/**
 * Writes down what came of messages. A result that comes after a take-over still tells the truth about its message, as long as
 * nobody has claimed it since: sent is sent.
 */
export async function record(sql: Sql, results: readonly Result[]): Promise<void> {
  const rows = JSON.stringify(
    results.map((result) => ({
      id: result.id,
      f: result.fence,
      s: result.state,
      m: result.messageId ?? null,
      a: result.albumMessageIds ?? null,
      c: result.code ?? null,
      t: result.text?.slice(0, 500) ?? null,
      r: result.isRefunded ? 1 : 0,
      g: result.leavesTopic ?? false,
      p: result.pauseChatMs ?? null,
    })),
  );
  await sql`
    with results as materialized (
      select * from jsonb_to_recordset(${rows}::jsonb)
        as r(id bigint, f bigint, s text, m bigint, a bigint[], c text, t text, r int, g boolean, p float8)
    ), written as (
      update deliveries d set state = r.s, telegram_message_id = coalesce(r.m, d.telegram_message_id),
        album_message_ids = coalesce(r.a, d.album_message_ids),
        error_code = r.c, error_text = r.t, attempts = greatest(0, d.attempts - r.r),
        thread_id = case when r.g then null else d.thread_id end,
        sending_at = case when r.s = 'queued' and r.r = 1 then null else d.sending_at end,
        done_at = case when r.s <> 'queued' then now() end
      from results r
      where d.id = r.id and d.fence = r.f
        and (d.state = 'sending' or (r.s = 'sent' and d.state in ('queued', 'unknown')))
      returning d.chat_id, r.p
    )
    update chats c set paused_until = greatest(c.paused_until, now() + w.p * interval '1 millisecond')
    from written w where c.id = w.chat_id and w.p is not null`;
}

/** Puts messages back that were claimed and certainly not sent. */
export async function unclaim(sql: Sql, claims: readonly { id: number; fence: number }[]): Promise<void> {
  await sql`
    update deliveries d set state = 'queued', attempts = greatest(0, d.attempts - 1), fence = null, sending_at = null,
      done_at = null, error_code = null
    from unnest(${claims.map((one) => String(one.id))}::bigint[], ${claims.map((one) => String(one.fence))}::bigint[]) a(id, fence)
    where d.id = a.id and d.fence = a.fence
      and (d.state = 'sending' or d.error_code = 'messaging.unknown.interrupted')`;
}

/**
 * Messages that a former owner had under way when it died or lost the lane: what may repeat goes back to the queue (two tries at
 * most; edits and deletions as often as it takes), the rest becomes unknown. The old fence stays on the row, for an answer that
 * still comes.
 */
export async function recoverInterrupted(
  sql: Sql,
  botIds: readonly string[],
): Promise<{ botId: string; workspaceId: string; unknown: number; again: number }[]> {
  const isLost = sql`d.act = 'send' and (d.rank >= 2 or d.attempts >= 2)`;
  return sql<{ botId: string; workspaceId: string; unknown: number; again: number }[]>`
    with found as (
      update deliveries d set
        state = case when ${isLost} then 'unknown' else 'queued' end,
        error_code = case when ${isLost} then 'messaging.unknown.interrupted' end,
        done_at = case when ${isLost} then now() end
      from lanes l
      where l.bot_id = d.bot_id and d.bot_id = any(${botIds as string[]}::uuid[]) and d.state = 'sending' and d.fence < l.fence
      returning d.bot_id, d.workspace_id, d.state
    )
    select bot_id as "botId", workspace_id as "workspaceId", count(*) filter (where state = 'unknown')::int as unknown,
      count(*) filter (where state = 'queued')::int as again
    from found group by 1, 2`;
}

// ── Folding ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface WaitingRow {
  id: number;
  rank: number;
  threadId: number | null;
  fold: Fold | null;
  createdAt: Date;
}

/** Locks and reads what waits for a chat, in order; null when the lane is not ours any more. */
export async function lockWaiting(
  tx: Db,
  lane: { botId: string; fence: number },
  chatId: string,
  limit: number,
): Promise<{ rows: WaitingRow[]; workspaceId: string; locale: string | null } | null> {
  const [owned] = await tx.execute<{ workspace_id: string; locale: string | null }>(dsl`
    select c.workspace_id, c.locale from lanes l join chats c on c.bot_id = l.bot_id
    where l.bot_id = ${lane.botId} and l.fence = ${lane.fence} and c.id = ${chatId}`);
  if (!owned) return null;
  const rows = await tx.execute<{
    id: string;
    rank: number;
    thread_id: string | null;
    fold: Fold | null;
    created_at: string;
  }>(dsl`
    select id, rank, thread_id, case when digest is null then fold end as fold, created_at from deliveries
    where chat_id = ${chatId} and state = 'queued' and is_due order by rank, id limit ${limit} for update`);
  return {
    workspaceId: owned.workspace_id,
    locale: owned.locale,
    rows: rows.map((row) => ({
      id: Number(row.id),
      rank: row.rank,
      threadId: row.thread_id === null ? null : Number(row.thread_id),
      fold: row.fold,
      createdAt: new Date(row.created_at),
    })),
  };
}

export async function foldInto(tx: Db, leader: number, members: readonly number[], digest: Content): Promise<void> {
  await tx.execute(dsl`update deliveries set digest = ${JSON.stringify(digest)}::jsonb where id = ${leader}`);
  await tx.execute(dsl`
    update deliveries set state = 'folded', folded_into = ${leader}, done_at = now()
    where id = any(${`{${members.join(",")}}`}::bigint[]) and state = 'queued'`);
}
