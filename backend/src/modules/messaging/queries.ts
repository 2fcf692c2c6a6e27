/** SQL of this room, the lanes' own excepted (lane/queries.ts). `Own` in a name: of the given workspace, a stranger's is not found. */
import { decodeIdCursor, decodeMomentCursor } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import type { Db } from "@db/client.ts";
import {
  type ChatKind,
  type ChatState,
  chats,
  chatTopics,
  type DeliveryState,
  deliveries,
  type LaneName,
  laneRank,
  lanes,
} from "@db/schema/messaging.ts";
import { and, asc, desc, eq, gt, ilike, inArray, lt, ne, not, or, type SQL, sql } from "drizzle-orm";

export type ChatRow = typeof chats.$inferSelect;
export type TopicRow = typeof chatTopics.$inferSelect;
export type DeliveryRow = typeof deliveries.$inferSelect;

// ── Chats ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A bot's lane; processes that send hear of a new one at commit. */
export async function ensureLane(db: Db, botId: string, channel: string): Promise<void> {
  const made = await db.insert(lanes).values({ botId }).onConflictDoNothing().returning({ botId: lanes.botId });
  if (made.length > 0) await wakeLane(db, botId, channel);
}

export async function findChatOfBot(db: Db, botId: string, telegramChatId: number): Promise<ChatRow | null> {
  const [row] = await db
    .select()
    .from(chats)
    .where(and(eq(chats.botId, botId), eq(chats.telegramChatId, telegramChatId)));
  return row ?? null;
}

export const findSuccessor = findChatOfBot;

export async function findOwnChat(db: Db, workspaceId: string, chatId: string): Promise<ChatRow | null> {
  const [row] = await db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, workspaceId), eq(chats.id, chatId)));
  return row ?? null;
}

/** The chat, kept as it is until the transaction ends: whoever would change its state waits. */
export async function holdOwnChat(db: Db, workspaceId: string, chatId: string): Promise<ChatRow | null> {
  const [row] = await db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, workspaceId), eq(chats.id, chatId)))
    .for("share");
  return row ?? null;
}

/** Private chats of every bot, counted; those of erased people, which stand under an address that nobody has, left out. */
export async function countPrivateChats(db: Db): Promise<{ botId: string; workspaceId: string; chats: number }[]> {
  return db
    .select({ botId: chats.botId, workspaceId: chats.workspaceId, chats: sql<number>`count(*)::int` })
    .from(chats)
    .where(and(eq(chats.kind, "private"), gt(chats.telegramChatId, 0)))
    .groupBy(chats.botId, chats.workspaceId);
}

/** A bot's private chats by their number at Telegram, which grows; erased ones left out. */
export async function listPrivateChats(db: Db, botId: string, after: number, limit: number): Promise<ChatRow[]> {
  return db
    .select()
    .from(chats)
    .where(and(eq(chats.botId, botId), eq(chats.kind, "private"), gt(chats.telegramChatId, Math.max(0, after))))
    .orderBy(asc(chats.telegramChatId))
    .limit(limit);
}

export async function findOwnChats(db: Db, workspaceId: string, chatIds: readonly string[]): Promise<ChatRow[]> {
  if (chatIds.length === 0) return [];
  return db
    .select()
    .from(chats)
    .where(and(eq(chats.workspaceId, workspaceId), inArray(chats.id, [...chatIds])));
}

/** "off": the bot is switched off and may come back with what waits; "gone": it was disconnected, and nothing may wait for it. */
export type HaltReason = "off" | "gone";

/** The lane of the chat's bot, when it stands still until somebody resumes it. */
const halted = (...reasons: (HaltReason | "token")[]) => sql`exists (
  select 1 from ${lanes} where ${lanes.botId} = ${chats.botId} and ${lanes.pausedUntil} = 'infinity'
    and ${inArray(lanes.pausedReason, reasons)})`;

/**
 * For each of these persons the private chat that a message to him goes to: one that can be written to, rather through a bot that
 * works than through one that stands still, the oldest of several.
 */
export async function findPrivateChatsOf(
  db: Db,
  workspaceId: string,
  personIds: readonly string[],
): Promise<Map<string, ChatRow>> {
  if (personIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(chats)
    .where(
      and(
        eq(chats.workspaceId, workspaceId),
        inArray(chats.personId, [...personIds]),
        eq(chats.kind, "private"),
        eq(chats.state, "active"),
        not(halted("gone")),
      ),
    )
    .orderBy(desc(halted("off", "token")), desc(chats.createdAt));
  return new Map(rows.map((row) => [row.personId ?? "", row]));
}

/** A person's own chat with a bot, if the bot may write there. */
export async function findPrivateChat(
  db: Db,
  workspaceId: string,
  personId: string,
  botId: string,
): Promise<ChatRow | null> {
  const [row] = await db
    .select()
    .from(chats)
    .where(
      and(
        eq(chats.workspaceId, workspaceId),
        eq(chats.personId, personId),
        eq(chats.botId, botId),
        eq(chats.kind, "private"),
        eq(chats.state, "active"),
      ),
    );
  return row ?? null;
}

/** Makes the chat or brings it back to active; who added it first stays on record unless a new adder is named. */
export async function saveChat(
  db: Db,
  facts: {
    workspaceId: string;
    botId: string;
    telegramChatId: number;
    kind: ChatKind;
    title: string;
    username?: string | null;
    isForum?: boolean;
    personId?: string | null;
    addedBy?: string | null;
    locale?: string | null;
  },
): Promise<ChatRow> {
  const [row] = await db
    .insert(chats)
    .values({
      workspaceId: facts.workspaceId,
      botId: facts.botId,
      telegramChatId: facts.telegramChatId,
      kind: facts.kind,
      title: facts.title,
      username: facts.username ?? null,
      isForum: facts.isForum ?? false,
      personId: facts.personId ?? null,
      addedBy: facts.addedBy ?? null,
      locale: facts.locale ?? null,
    })
    .onConflictDoUpdate({
      target: [chats.botId, chats.telegramChatId],
      set: {
        kind: facts.kind,
        title: facts.title,
        username: facts.username ?? null,
        ...(facts.isForum === undefined ? {} : { isForum: facts.isForum }),
        personId: sql`coalesce(${facts.personId ?? null}::uuid, ${chats.personId})`,
        addedBy: sql`coalesce(${facts.addedBy ?? null}::uuid, ${chats.addedBy})`,
        locale: sql`coalesce(${facts.locale ?? null}::text, ${chats.locale})`,
        state: "active",
        stateReason: null,
        stateSince: sql`case when ${chats.state} = 'active' then ${chats.stateSince} else now() end`,
        updatedAt: sql`now()`,
      },
    })
    .returning();
  if (!row) throw new Error("a chat just stored is not there");
  return row;
}

export async function updateChatFacts(
  db: Db,
  chatId: string,
  facts: { kind: ChatKind; title: string; username?: string | null; isForum?: boolean },
): Promise<void> {
  await db
    .update(chats)
    .set({
      title: facts.title,
      username: facts.username ?? null,
      ...(facts.isForum === undefined ? {} : { isForum: facts.isForum }),
    })
    .where(eq(chats.id, chatId));
}

export async function setChatState(db: Db, chatId: string, state: ChatState): Promise<void> {
  await db.update(chats).set({ state, stateReason: null, stateSince: new Date() }).where(eq(chats.id, chatId));
}

/** The chat as it was, if this call is what ended its activity; null when it had ended before. */
export async function setChatStateIfActive(
  db: Db,
  chatId: string,
  state: Exclude<ChatState, "active">,
): Promise<ChatRow | null> {
  const [row] = await db
    .update(chats)
    .set({ state, stateReason: null, stateSince: new Date() })
    .where(and(eq(chats.id, chatId), eq(chats.state, "active")))
    .returning();
  return row ?? null;
}

/** Settles everything that waits for a chat: service and alerts fail, sequences and broadcasts are cancelled. */
export async function settleWaiting(db: Db, chatId: string, code: string): Promise<void> {
  await db.execute(sql`
    update deliveries set state = case when rank >= ${laneRank.sequence} then 'cancelled' else 'failed' end,
      error_code = ${code}, done_at = now(), fence = null
    where chat_id = ${chatId} and state = 'queued'`);
}

export async function saveTopic(
  db: Db,
  chatId: string,
  topic: { threadId: number; name?: string; isClosed?: boolean },
): Promise<void> {
  await db
    .insert(chatTopics)
    .values({ chatId, threadId: topic.threadId, name: topic.name ?? `#${topic.threadId}`, isClosed: topic.isClosed })
    .onConflictDoUpdate({
      target: [chatTopics.chatId, chatTopics.threadId],
      set: {
        ...(topic.name === undefined ? {} : { name: topic.name }),
        ...(topic.isClosed === undefined ? {} : { isClosed: topic.isClosed }),
        updatedAt: sql`now()`,
      },
    });
}

/** True when the topic was known. */
export async function forgetTopic(db: Db, chatId: string, threadId: number): Promise<boolean> {
  const gone = await db
    .delete(chatTopics)
    .where(and(eq(chatTopics.chatId, chatId), eq(chatTopics.threadId, threadId)))
    .returning({ id: chatTopics.id });
  return gone.length > 0;
}

export async function listTopics(db: Db, chatId: string): Promise<TopicRow[]> {
  return db.select().from(chatTopics).where(eq(chatTopics.chatId, chatId)).orderBy(asc(chatTopics.threadId));
}

/** Moves what the newer row of one supergroup has to the older row, which others point at; the newer takes the old address. */
export async function mergeSuccessor(tx: Db, chat: ChatRow, successor: ChatRow, oldTelegramId: number): Promise<void> {
  await tx.execute(sql`update deliveries set chat_id = ${chat.id} where chat_id = ${successor.id}`);
  await tx.execute(sql`
    insert into chat_topics (chat_id, thread_id, name, is_closed)
    select ${chat.id}, thread_id, name, is_closed from chat_topics where chat_id = ${successor.id} on conflict do nothing`);
  // The unique address allows no direct swap: through a number that no chat has.
  await tx.update(chats).set({ telegramChatId: 0 }).where(eq(chats.id, chat.id));
  await tx
    .update(chats)
    .set({ telegramChatId: oldTelegramId, state: "deleted", stateReason: "migrated", stateSince: new Date() })
    .where(eq(chats.id, successor.id));
}

export async function setTelegramChatId(tx: Db, chatId: string, telegramChatId: number, kind: ChatKind): Promise<void> {
  await tx.update(chats).set({ telegramChatId, kind }).where(eq(chats.id, chatId));
}

export interface ChatFilter {
  kind?: ChatKind | "team";
  state?: ChatState;
  botId?: string;
  search?: string;
}

const containing = (text: string) => `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

/** Newest first; `team` = everything but private chats. Removed chats show only when asked for. */
export async function listOwnChats(
  db: Db,
  workspaceId: string,
  filter: ChatFilter,
  page: { cursor?: string; limit: number },
): Promise<ChatRow[]> {
  const after = decodeMomentCursor(page.cursor, isUuid);
  const conditions: (SQL | undefined)[] = [
    eq(chats.workspaceId, workspaceId),
    filter.kind === "team"
      ? ne(chats.kind, "private")
      : filter.kind === undefined
        ? undefined
        : eq(chats.kind, filter.kind),
    // People from a file who never came would bury the chats that the bot may write to.
    filter.state === undefined
      ? sql`${chats.state} <> 'removed' and not (${chats.kind} = 'private' and ${chats.state} = 'unreachable')`
      : eq(chats.state, filter.state),
    filter.botId === undefined ? not(halted("gone")) : eq(chats.botId, filter.botId),
    filter.search
      ? or(
          ilike(chats.title, containing(filter.search)),
          ilike(chats.label, containing(filter.search)),
          ilike(chats.username, containing(filter.search)),
        )
      : undefined,
    after
      ? sql`(date_trunc('milliseconds', ${chats.createdAt}), ${chats.id}) < (${after[0]}::timestamptz, ${after[1]}::uuid)`
      : undefined,
  ];
  return db
    .select()
    .from(chats)
    .where(and(...conditions))
    .orderBy(desc(sql`date_trunc('milliseconds', ${chats.createdAt})`), desc(chats.id))
    .limit(page.limit + 1);
}

export async function setLabel(db: Db, chatId: string, label: string | null): Promise<void> {
  await db.update(chats).set({ label }).where(eq(chats.id, chatId));
}

// ── Deliveries ──────────────────────────────────────────────────────────────────────────────────────────────────────

export interface DeliveryFilter {
  state?: DeliveryState;
  lane?: LaneName;
  chatId?: string;
  subjectKind?: string;
  subjectId?: string;
}

export interface DeliveryWithChat {
  delivery: DeliveryRow;
  chat: Pick<ChatRow, "id" | "title" | "label" | "kind">;
}

const withChat = (db: Db) =>
  db
    .select({
      delivery: deliveries,
      chat: { id: chats.id, title: chats.title, label: chats.label, kind: chats.kind },
    })
    .from(deliveries)
    .innerJoin(chats, eq(chats.id, deliveries.chatId));

/** Newest first. */
export async function listOwnDeliveries(
  db: Db,
  workspaceId: string,
  filter: DeliveryFilter,
  page: { cursor?: string; limit: number },
): Promise<DeliveryWithChat[]> {
  const before = decodeIdCursor(page.cursor);
  return withChat(db)
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        filter.state === undefined ? undefined : eq(deliveries.state, filter.state),
        filter.lane === undefined ? undefined : eq(deliveries.rank, laneRank[filter.lane]),
        filter.chatId === undefined ? undefined : eq(deliveries.chatId, filter.chatId),
        filter.subjectKind === undefined ? undefined : eq(deliveries.subjectKind, filter.subjectKind),
        filter.subjectId === undefined ? undefined : eq(deliveries.subjectId, filter.subjectId),
        before === null ? undefined : lt(deliveries.id, before),
      ),
    )
    .orderBy(desc(deliveries.id))
    .limit(page.limit + 1);
}

export async function findOwnDelivery(db: Db, workspaceId: string, id: bigint): Promise<DeliveryWithChat | null> {
  const [row] = await withChat(db).where(and(eq(deliveries.workspaceId, workspaceId), eq(deliveries.id, id)));
  return row ?? null;
}

/** When the first message about each of these things was sent. One parameter however many they are. */
export async function listFirstSent(
  db: Db,
  workspaceId: string,
  subject: { kind: string; ids: readonly string[] },
): Promise<Map<string, Date>> {
  if (subject.ids.length === 0) return new Map();
  const rows = await db.execute<{ id: string; at: string }>(sql`
    select d.subject_id as id, min(d.done_at) as at
    from jsonb_array_elements_text(${JSON.stringify(subject.ids)}::jsonb) asked(id)
    join deliveries d on d.subject_id = asked.id and d.subject_kind = ${subject.kind}
      and d.workspace_id = ${workspaceId} and d.state = 'sent'
    group by 1`);
  return new Map([...rows].map(({ id, at }) => [id, new Date(at)]));
}

/** Every message about one thing, oldest first, at most 200. */
export async function listDeliveriesOf(
  db: Db,
  workspaceId: string,
  subject: { kind: string; ids: readonly string[] },
): Promise<DeliveryWithChat[]> {
  if (subject.ids.length === 0) return [];
  return withChat(db)
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.subjectKind, subject.kind),
        inArray(deliveries.subjectId, [...subject.ids]),
      ),
    )
    .orderBy(asc(deliveries.id))
    .limit(200);
}

/** Cancels what still waits; answers with how many. What is on its way to Telegram cannot be called back. */
export async function cancelQueued(
  db: Db,
  workspaceId: string,
  which: { ids: readonly bigint[] } | { subjectKind: string; subjectId: string },
  code: string,
): Promise<number> {
  const rows = await db
    .update(deliveries)
    .set({ state: "cancelled", errorCode: code, doneAt: sql`now()` })
    .where(
      and(
        eq(deliveries.workspaceId, workspaceId),
        eq(deliveries.state, "queued"),
        "ids" in which
          ? inArray(deliveries.id, [...which.ids])
          : and(eq(deliveries.subjectKind, which.subjectKind), eq(deliveries.subjectId, which.subjectId)),
      ),
    )
    .returning({ id: deliveries.id });
  return rows.length;
}

/** Puts messages whose outcome is unknown back in the queue; answers with the bots to wake. At most 1000 at a time. */
export async function requeueUnknown(
  db: Db,
  workspaceId: string,
  ids: readonly bigint[] | null,
): Promise<{ id: bigint; botId: string }[]> {
  const rows = await db.execute<{ id: string; botId: string }>(sql`
    with chosen as (
      select id from deliveries where workspace_id = ${workspaceId} and state = 'unknown'
        ${ids === null ? sql`` : sql`and id = any(${`{${ids.join(",")}}`}::bigint[])`}
        and not exists (select 1 from lanes l where l.bot_id = deliveries.bot_id and l.paused_reason = 'gone')
      order by id limit 1000 for update
    )
    update deliveries d set state = 'queued', is_due = true, attempts = 0, fence = null, error_code = null, error_text = null,
      done_at = null, sending_at = null
    from chosen where d.id = chosen.id returning d.id::text as id, d.bot_id as "botId"`);
  return rows.map(({ id, botId }) => ({ id: BigInt(id), botId }));
}

export async function wakeLane(db: Db, botId: string, channel: string): Promise<void> {
  await db.execute(sql`select pg_notify(${channel}, ${botId})`);
}

export interface LaneNumbers {
  botId: string;
  workspaceId: string;
  /** Capped at 100000: counting a million rows for a gauge helps nobody. */
  queued: number;
  oldestQueuedAt: Date | null;
  unknown: number;
  oldestUnknownAt: Date | null;
  hasOwner: boolean;
  pausedUntil: Date | null;
  pausedReason: string | null;
}

const asDate = (text: string | null) => (text === null ? null : new Date(text));

/** Backlog and condition of the lanes, of one workspace or of all. */
export async function readLaneNumbers(db: Db, workspaceId: string | null): Promise<LaneNumbers[]> {
  const rows = await db.execute<{
    botId: string;
    workspaceId: string;
    queued: number;
    oldestQueuedAt: string | null;
    unknown: number;
    oldestUnknownAt: string | null;
    hasOwner: boolean;
    pausedUntil: string | null;
    pausedReason: string | null;
  }>(sql`
    select l.bot_id as "botId", b.workspace_id as "workspaceId", q.queued, o.at as "oldestQueuedAt",
      u.unknown, u.at as "oldestUnknownAt", h.id is not null as "hasOwner",
      case when l.paused_until > now() then
        case when l.paused_until = 'infinity' then '9999-12-31T00:00:00Z' else to_json(l.paused_until)#>>'{}' end
      end as "pausedUntil",
      case when l.paused_until > now() then l.paused_reason end as "pausedReason"
    from lanes l
    left join lane_hosts h on h.id = l.owner_id
    cross join lateral (select c.workspace_id from chats c where c.bot_id = l.bot_id limit 1) b
    cross join lateral (select count(*)::int as queued from (
      select 1 from deliveries d where d.bot_id = l.bot_id and d.state = 'queued' and d.is_due limit 100000) capped) q
    cross join lateral (select to_json(min(head.created_at))#>>'{}' as at from generate_series(0, 3) r(rank)
      cross join lateral (select d.created_at from deliveries d where d.bot_id = l.bot_id and d.rank = r.rank
        and d.state = 'queued' and d.is_due order by d.id limit 1) head) o
    cross join lateral (select count(*)::int as unknown, to_json(min(d.done_at))#>>'{}' as at from deliveries d
      where d.workspace_id = b.workspace_id and d.state = 'unknown' and d.bot_id = l.bot_id) u
    where l.paused_reason is distinct from 'gone' ${workspaceId === null ? sql`` : sql`and b.workspace_id = ${workspaceId}`}`);
  return [...rows].map((row) => ({
    ...row,
    oldestQueuedAt: asDate(row.oldestQueuedAt),
    oldestUnknownAt: asDate(row.oldestUnknownAt),
    pausedUntil: asDate(row.pausedUntil),
  }));
}

/** A lane stands still until it is resumed; a bot that never had one gets it, standing. */
export async function haltLaneRow(db: Db, botId: string, reason: HaltReason): Promise<void> {
  const pause = { pausedUntil: sql`'infinity'::timestamptz`, pausedReason: reason };
  await db
    .insert(lanes)
    .values({ botId, ...pause })
    .onConflictDoUpdate({ target: lanes.botId, set: pause });
}

/** Cancels everything that waits for a bot; answers with how many. */
export async function cancelQueuedOfBot(db: Db, botId: string, code: string): Promise<number> {
  const rows = await db
    .update(deliveries)
    .set({ state: "cancelled", errorCode: code, doneAt: sql`now()` })
    .where(and(eq(deliveries.botId, botId), eq(deliveries.state, "queued")))
    .returning({ id: deliveries.id });
  return rows.length;
}

/** True when the lane stood still because of a refused token. */
export async function clearTokenPause(db: Db, botId: string): Promise<boolean> {
  const rows = await db
    .update(lanes)
    .set({ pausedUntil: null, pausedReason: null })
    .where(and(eq(lanes.botId, botId), eq(lanes.pausedReason, "token")))
    .returning({ botId: lanes.botId });
  return rows.length > 0;
}

/** Ends whatever pause a lane is in. */
export async function clearLanePause(db: Db, botId: string): Promise<void> {
  await db.update(lanes).set({ pausedUntil: null, pausedReason: null }).where(eq(lanes.botId, botId));
}

// ── Outcomes for rooms that send many ───────────────────────────────────────────────────────────────────────────────

export interface Settled {
  id: bigint;
  state: "sent" | "failed" | "unknown" | "cancelled";
  /** Why not; key of a sentence. */
  code: string | null;
  messageId: number | null;
  doneAt: Date;
}

/** Those of `ids` that have ended, in any order; what waits, is under way or was deleted by retention is left out. */
export async function settledOf(db: Db, ids: readonly bigint[]): Promise<Settled[]> {
  if (ids.length === 0) return [];
  const rows = await db.execute<{
    id: string;
    state: Settled["state"];
    error_code: string | null;
    telegram_message_id: string | null;
    done_at: string;
  }>(sql`
    select id, state, error_code, telegram_message_id, done_at from deliveries
    where id = any(${`{${ids.join(",")}}`}::bigint[]) and state in ('sent', 'failed', 'unknown', 'cancelled')`);
  return rows.map((row) => ({
    id: BigInt(row.id),
    state: row.state,
    code: row.error_code,
    messageId: row.telegram_message_id === null ? null : Number(row.telegram_message_id),
    doneAt: new Date(row.done_at),
  }));
}
