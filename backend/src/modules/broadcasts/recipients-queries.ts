/**
 * SQL of recipients. Every statement that changes their states answers with how many went where, so that `count` can add it to
 * the counters of the broadcast and its bot in the same transaction. The caller holds the lock of the broadcast.
 */
import type { Db } from "@db/client.ts";
import type { RecipientState } from "@db/schema/broadcasts.ts";
import { type SQL, sql } from "drizzle-orm";

const at = (date: Date): SQL => sql`${date.toISOString()}::timestamptz`;

// ── Counters ────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Moves = Partial<Record<RecipientState, number>>;
/** What a transaction changed for one bot of a broadcast. */
export interface Change {
  botId: string;
  moves: Moves;
  /** Of those that failed: the bot was blocked, or the account is gone. */
  blocked?: number;
}

const states = ["planned", "queued", "sent", "failed", "unknown", "skipped", "cancelled"] as const;
const walked = sql.raw(states.join(" + "));
/** `planned = o.planned + x.planned, …`, and a total that never falls behind those who were looked at. */
const addition = sql.raw(
  [
    ...states.map((state) => `${state} = o.${state} + x.${state}`),
    `total = greatest(o.total, ${states.map((state) => `o.${state} + x.${state}`).join(" + ")})`,
  ].join(", "),
);
const columns = sql.raw(states.map((state) => `${state} int`).join(", "));

const filled = (moves: Moves) => Object.fromEntries(states.map((state) => [state, moves[state] ?? 0]));

/** Adds what changed. People may come back into a segment after the launch, so a total may grow. */
export async function count(db: Db, broadcastId: string, changes: readonly Change[]): Promise<void> {
  const changed = changes.filter(({ moves }) => states.some((state) => moves[state]));
  if (changed.length === 0) return;
  const all: Moves = {};
  for (const { moves } of changed) for (const state of states) all[state] = (all[state] ?? 0) + (moves[state] ?? 0);
  const blocked = changed.reduce((sum, change) => sum + (change.blocked ?? 0), 0);
  const byBot = JSON.stringify(changed.map(({ botId, moves }) => ({ bot: botId, ...filled(moves) })));
  await db.execute(sql`
    update broadcast_bots o set ${addition} from jsonb_to_recordset(${byBot}::jsonb) as x(bot uuid, ${columns})
    where o.broadcast_id = ${broadcastId} and o.bot_id = x.bot`);
  await db.execute(sql`
    update broadcasts o set ${addition}, blocked = o.blocked + ${blocked}::int, updated_at = now()
    from jsonb_to_recordset(${JSON.stringify([filled(all)])}::jsonb) as x(${columns}) where o.id = ${broadcastId}`);
}

/** At the end everybody was looked at: the total is exact. */
export async function closeTotals(db: Db, broadcastId: string): Promise<void> {
  await db.execute(sql`update broadcast_bots set total = ${walked} where broadcast_id = ${broadcastId}`);
  await db.execute(sql`update broadcasts set total = ${walked} where id = ${broadcastId}`);
}

// ── New ones ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface NewRecipient {
  id: bigint;
  chatId: string;
  subscriberId: number | null;
  telegramId: number | null;
  variant: number;
  language: string | null;
  state: "planned" | "queued" | "skipped";
  reason: string | null;
  dueAt: Date | null;
  deliveryId: bigint | null;
}

/** Ids ahead of their rows: the links of a message name the recipient that gets it. */
export async function takeRecipientIds(db: Db, howMany: number): Promise<bigint[]> {
  const rows = await db.execute<{ id: string }>(
    sql`select nextval('broadcast_recipients_id_seq') as id from generate_series(1, ${howMany}::int)`,
  );
  return rows.map(({ id }) => BigInt(id));
}

/** Those of `chatIds` that are recipients already. */
export async function listKnownChats(db: Db, broadcastId: string, chatIds: readonly string[]): Promise<Set<string>> {
  if (chatIds.length === 0) return new Set();
  const rows = await db.execute<{ chat_id: string }>(sql`
    select chat_id from broadcast_recipients
    where broadcast_id = ${broadcastId} and chat_id = any(${`{${chatIds.join(",")}}`}::uuid[])`);
  return new Set(rows.map(({ chat_id }) => chat_id));
}

export async function insertRecipients(
  db: Db,
  of: { broadcastId: string; workspaceId: string; botId: string; now: Date },
  rows: readonly NewRecipient[],
): Promise<void> {
  if (rows.length === 0) return;
  const list = JSON.stringify(
    rows.map((row) => ({
      id: String(row.id),
      c: row.chatId,
      s: row.subscriberId,
      t: row.telegramId,
      v: row.variant,
      l: row.language,
      st: row.state,
      r: row.reason,
      d: row.dueAt?.toISOString() ?? null,
      dl: row.deliveryId === null ? null : String(row.deliveryId),
    })),
  );
  await db.execute(sql`
    insert into broadcast_recipients (id, broadcast_id, workspace_id, bot_id, chat_id, subscriber_id, telegram_id, variant, language,
      state, reason, due_at, delivery_id, queued_at, done_at)
    overriding system value
    select id, ${of.broadcastId}, ${of.workspaceId}, ${of.botId}, c, s, t, v, l, st, r, d, dl,
      case when st = 'queued' then ${at(of.now)} end, case when st = 'skipped' then ${at(of.now)} end
    from jsonb_to_recordset(${list}::jsonb)
      as x(id bigint, c uuid, s bigint, t bigint, v smallint, l text, st text, r text, d timestamptz, dl bigint)`);
}

// ── Whose time has come ─────────────────────────────────────────────────────────────────────────────────────────────

export interface Due {
  id: bigint;
  chatId: string;
  subscriberId: number | null;
  telegramId: number | null;
  variant: number;
}

export async function listDuePlanned(
  db: Db,
  of: { broadcastId: string; botId: string; now: Date; limit: number },
): Promise<Due[]> {
  const rows = await db.execute<{
    id: string;
    chat_id: string;
    subscriber_id: string | null;
    telegram_id: string | null;
    variant: number;
  }>(sql`
    select id, chat_id, subscriber_id, telegram_id, variant from broadcast_recipients
    where broadcast_id = ${of.broadcastId} and bot_id = ${of.botId} and state = 'planned' and due_at <= ${at(of.now)}
    order by due_at, id limit ${of.limit}`);
  return rows.map((row) => ({
    id: BigInt(row.id),
    chatId: row.chat_id,
    subscriberId: row.subscriber_id === null ? null : Number(row.subscriber_id),
    telegramId: row.telegram_id === null ? null : Number(row.telegram_id),
    variant: row.variant,
  }));
}

export interface Decided {
  id: bigint;
  /** Null leaves what was known before. */
  language: string | null;
  state: "planned" | "queued" | "skipped";
  reason: string | null;
  dueAt: Date | null;
  deliveryId: bigint | null;
}

/** Planned ones, whose time had come, get what was decided. */
export async function decidePlanned(db: Db, now: Date, rows: readonly Decided[]): Promise<void> {
  if (rows.length === 0) return;
  const list = JSON.stringify(
    rows.map((row) => ({
      id: String(row.id),
      l: row.language,
      st: row.state,
      r: row.reason,
      d: row.dueAt?.toISOString() ?? null,
      dl: row.deliveryId === null ? null : String(row.deliveryId),
    })),
  );
  await db.execute(sql`
    update broadcast_recipients r set state = x.st, reason = x.r, language = coalesce(x.l, r.language), due_at = coalesce(x.d, r.due_at), delivery_id = x.dl,
      queued_at = case when x.st = 'queued' then ${at(now)} end, done_at = case when x.st = 'skipped' then ${at(now)} end
    from jsonb_to_recordset(${list}::jsonb) as x(id bigint, l text, st text, r text, d timestamptz, dl bigint)
    where r.id = x.id and r.state = 'planned'`);
}

/** When the next planned one is due; null when none is planned. */
export async function findNextDue(db: Db, broadcastId: string): Promise<Date | null> {
  const [row] = await db.execute<{ at: string | null }>(sql`
    select to_json(min(p.at))#>>'{}' as at from broadcast_bots b cross join lateral (
      select due_at as at from broadcast_recipients
      where broadcast_id = b.broadcast_id and bot_id = b.bot_id and state = 'planned' order by due_at limit 1) p
    where b.broadcast_id = ${broadcastId} and b.problem is null`);
  return row?.at ? new Date(row.at) : null;
}

/** When the last planned one is due; null when none is planned. */
export async function findLastDue(db: Db, broadcastId: string): Promise<Date | null> {
  const [row] = await db.execute<{ at: string | null }>(sql`
    select to_json(max(p.at))#>>'{}' as at from broadcast_bots b cross join lateral (
      select due_at as at from broadcast_recipients
      where broadcast_id = b.broadcast_id and bot_id = b.bot_id and state = 'planned' order by due_at desc limit 1) p
    where b.broadcast_id = ${broadcastId} and b.problem is null`);
  return row?.at ? new Date(row.at) : null;
}

/** At most so many messages within so many hours. */
export interface AttentionLimit {
  messages: number;
  hours: number;
}

/**
 * Humans who have got as many messages of the workspace's own accord (broadcasts, sequences, asking back) as one may get, urgent ones
 * apart, and the moment from which there is room for another. Whoever wants to keep the limit asks under `lockAttention`, so that two do
 * not both see room for one more.
 */
export async function listWeary(
  db: Db,
  workspaceId: string,
  telegramIds: readonly number[],
  { messages, hours }: AttentionLimit,
  now: Date,
): Promise<Map<number, Date>> {
  if (telegramIds.length === 0) return new Map();
  const humans = sql`any(${`{${telegramIds.join(",")}}`}::bigint[])`;
  const since = at(new Date(now.getTime() - hours * 3_600_000));
  const rows = await db.execute<{ telegram_id: string; queued_at: string }>(sql`
    select telegram_id, queued_at from (
      select got.*, row_number() over (partition by telegram_id order by queued_at desc) as place from (
        select r.telegram_id, r.queued_at from broadcast_recipients r join broadcasts b on b.id = r.broadcast_id
        where r.workspace_id = ${workspaceId} and r.telegram_id = ${humans} and r.queued_at > ${since}
          and r.state in ('queued', 'sent', 'unknown') and coalesce((b.options->>'isUrgent')::boolean, false) = false
        union all
        select telegram_id, queued_at from sequence_messages
        where workspace_id = ${workspaceId} and telegram_id = ${humans} and queued_at > ${since} and not is_urgent
        union all
        select telegram_id, queued_at from attention_messages
        where workspace_id = ${workspaceId} and telegram_id = ${humans} and queued_at > ${since}
      ) got
    ) placed where place = ${messages}`);
  return new Map(
    rows.map((row) => [Number(row.telegram_id), new Date(new Date(row.queued_at).getTime() + hours * 3_600_000)]),
  );
}

/** Until the end of the transaction nobody else of the workspace counts what humans got. */
export const lockAttention = (db: Db, workspaceId: string) =>
  db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`broadcasts.attention:${workspaceId}`}, 0))`);

/** The longest that a limit reaches back, in days. */
const rememberedDays = 30;

/** One more that a human got of another room; what no limit reaches back to any more goes. */
export async function insertAttention(
  db: Db,
  { workspaceId, telegramId, now }: { workspaceId: string; telegramId: number; now: Date },
): Promise<void> {
  await db.execute(sql`
    delete from attention_messages where workspace_id = ${workspaceId} and telegram_id = ${telegramId}
      and queued_at < ${at(now)} - ${rememberedDays} * interval '1 day'`);
  await db.execute(sql`
    insert into attention_messages (workspace_id, telegram_id, queued_at) values (${workspaceId}, ${telegramId}, ${at(now)})`);
}

// ── What became of them ─────────────────────────────────────────────────────────────────────────────────────────────

export interface Open {
  id: bigint;
  botId: string;
  deliveryId: bigint;
}

const asOpen = (rows: readonly { id: string; bot_id: string; delivery_id: string }[]): Open[] =>
  rows.map((row) => ({ id: BigInt(row.id), botId: row.bot_id, deliveryId: BigInt(row.delivery_id) }));

/** Those that wait or are under way, so many of each bot: the oldest (their turn came first), or the newest (theirs is furthest off). */
export async function listOpen(
  db: Db,
  broadcastId: string,
  botIds: readonly string[],
  first: "oldest" | "newest",
  limit: number,
): Promise<Open[]> {
  const order = sql.raw(first === "oldest" ? "id" : "id desc");
  return asOpen(
    await db.execute<{ id: string; bot_id: string; delivery_id: string }>(sql`
      select r.id, r.bot_id, r.delivery_id from unnest(${`{${botIds.join(",")}}`}::uuid[]) b
      cross join lateral (
        select id, bot_id, delivery_id from broadcast_recipients
        where broadcast_id = ${broadcastId} and bot_id = b and state = 'queued' order by ${order} limit ${limit}) r`),
  );
}

/** Those whose outcome nobody knows, from an id on. */
export async function listUnknown(db: Db, broadcastId: string, afterId: bigint, limit: number): Promise<Open[]> {
  return asOpen(
    await db.execute<{ id: string; bot_id: string; delivery_id: string }>(sql`
      select id, bot_id, delivery_id from broadcast_recipients
      where broadcast_id = ${broadcastId} and state = 'unknown' and id > ${afterId} order by id limit ${limit}`),
  );
}

/** Of one human: what waits for him, of one kind of message or of all. */
export async function listOpenOf(
  db: Db,
  workspaceId: string,
  telegramId: number,
  categoryId: number,
): Promise<(Open & { broadcastId: string })[]> {
  const rows = await db.execute<{ id: string; bot_id: string; delivery_id: string; broadcast_id: string }>(sql`
    select r.id, r.bot_id, r.delivery_id, r.broadcast_id from broadcast_recipients r
    join broadcasts b on b.id = r.broadcast_id
    where r.workspace_id = ${workspaceId} and r.telegram_id = ${telegramId} and r.state = 'queued'
      and (${categoryId} = 0 or b.category_id = ${categoryId})
    order by r.broadcast_id, r.id`);
  return rows.map((row) => ({
    id: BigInt(row.id),
    botId: row.bot_id,
    deliveryId: BigInt(row.delivery_id),
    broadcastId: row.broadcast_id,
  }));
}

export interface Outcome {
  id: bigint;
  state: "sent" | "failed" | "unknown" | "skipped" | "cancelled" | "planned" | "queued";
  reason: string | null;
  /** When it ended; for `planned`: when it is due again. */
  at: Date;
}

/** Moves recipients of state `from`; answers with those that were in it. */
export async function moveRecipients(
  db: Db,
  from: "queued" | "unknown",
  rows: readonly Outcome[],
): Promise<Set<bigint>> {
  if (rows.length === 0) return new Set();
  const list = JSON.stringify(
    rows.map((row) => ({ id: String(row.id), st: row.state, r: row.reason, a: row.at.toISOString() })),
  );
  const moved = await db.execute<{ id: string }>(sql`
    update broadcast_recipients r set state = x.st, reason = x.r,
      done_at = case when x.st in ('planned', 'queued') then null else x.a end,
      due_at = case when x.st = 'planned' then x.a else r.due_at end,
      delivery_id = case when x.st = 'planned' then null else r.delivery_id end,
      queued_at = case when x.st = 'planned' then null else r.queued_at end
    from jsonb_to_recordset(${list}::jsonb) as x(id bigint, st text, r text, a timestamptz)
    where r.id = x.id and r.state = ${from} returning r.id`);
  return new Set(moved.map(({ id }) => BigInt(id)));
}

/** Planned ones that will never be sent, so many at a time. By bot. */
export async function cancelPlanned(
  db: Db,
  broadcastId: string,
  now: Date,
  limit: number,
): Promise<{ botId: string; count: number }[]> {
  const rows = await db.execute<{ bot_id: string; count: number }>(sql`
    with gone as (
      update broadcast_recipients set state = 'cancelled', done_at = ${at(now)}
      where id in (select id from broadcast_recipients
        where broadcast_id = ${broadcastId} and state = 'planned' order by id limit ${limit}) returning bot_id)
    select bot_id, count(*)::int as count from gone group by 1`);
  return rows.map((row) => ({ botId: row.bot_id, count: row.count }));
}

/** Why recipients got nothing, most frequent first. */
export async function countReasons(
  db: Db,
  broadcastId: string,
): Promise<{ state: "failed" | "unknown" | "skipped" | "cancelled"; code: string; count: number }[]> {
  const rows = await db.execute<{ state: "failed" | "unknown" | "skipped" | "cancelled"; code: string; count: number }>(
    sql`
    select state, reason as code, count(*)::int as count from broadcast_recipients
    where broadcast_id = ${broadcastId} and state in ('failed', 'unknown', 'skipped', 'cancelled') and reason is not null
    group by 1, 2 order by 3 desc, 2 limit 40`,
  );
  return [...rows];
}
