import type { Db } from "@db/client.ts";
import { type LaneName, laneRank } from "@db/schema/messaging.ts";
import { sql } from "drizzle-orm";
import type { Content, Fold } from "../contracts.ts";
import { chatNotFound } from "../errors.ts";

export interface NewDelivery {
  workspaceId: string;
  chatId: string;
  /** Forum topic; leave out for the General topic, which refuses its own number. */
  threadId?: number | null;
  /** Priority: service > alert > sequence > broadcast. Also decides what a lost answer means (repeat, or ask a person). */
  lane: LaneName;
  content: Content;
  /** Lets this message be folded into a digest when its chat cannot take messages one by one. */
  fold?: Fold | null;
  /** What the message is about, so that its thing can show where it went (`deliveriesOf`). */
  subject?: { kind: string; id: string } | null;
  /** Unique in the workspace: queueing twice with one key sends once. */
  dedupeKey?: string | null;
  /** Not sent before this time; default now. */
  notBefore?: Date | null;
  /** Uses Telegram's paid pace (up to 1000/s, 0.1 Star a message above 30/s). */
  isPaid?: boolean;
}

/** Channel on which lanes hear of new work. Payload: `bot`, `bot|chat|p or g|rank|id`, or `bot|look`. */
export const laneChannel = "switchboard_lane";
/** The bot's token or the pause of its lane was changed by somebody else than the lane: look at both now. */
export const lookWord = "look";
/** Up to this many new messages are announced one by one, so that the lane needs no query to find them. */
const announcedOneByOne = 16;

/** PostgreSQL's jsonb holds neither NUL nor half a surrogate pair; JSON.stringify writes both as escapes. */
export const storable = (json: string) =>
  json.replace(/\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g, (found) =>
    found === "\\\\" ? found : found === "\\u0000" ? "" : "\\ufffd",
  );

const asRow = (delivery: NewDelivery, n: number, now: Date) => ({
  n,
  w: delivery.workspaceId,
  c: delivery.chatId,
  t: delivery.threadId ?? null,
  k: laneRank[delivery.lane],
  m: delivery.content,
  f: delivery.fold ?? null,
  s: delivery.subject?.kind ?? null,
  i: delivery.subject?.id ?? null,
  d: delivery.dedupeKey ?? null,
  b: delivery.notBefore && delivery.notBefore > now ? delivery.notBefore.toISOString() : null,
  p: delivery.isPaid ?? false,
});

/**
 * Writes what we owe, in the caller's transaction, and wakes the lanes at its commit. One statement for any number of
 * messages. Answers in the order asked: the new id, or null when `dedupeKey` was used before or the chat is not of that
 * workspace. A message to a chat that cannot be written to, or whose bot was disconnected, is kept as failed (service, alert) or
 * cancelled, with the reason.
 */
export async function queueDeliveries(db: Db, deliveries: readonly NewDelivery[]): Promise<{ id: string | null }[]> {
  const placed = await place(db, deliveries);
  return placed.map(({ id }) => ({ id }));
}

/** As `queueDeliveries`, for one. Throws messaging.chat_not_found for a chat that is not of that workspace. */
export async function queueDelivery(db: Db, delivery: NewDelivery): Promise<{ id: string | null }> {
  const [placed] = await place(db, [delivery]);
  if (!placed?.isChatKnown) throw chatNotFound();
  return { id: placed.id };
}

interface Placed extends Record<string, unknown> {
  n: number;
  id: string | null;
  isChatKnown: boolean;
}

async function place(db: Db, deliveries: readonly NewDelivery[]): Promise<Placed[]> {
  if (deliveries.length === 0) return [];
  const now = new Date();
  const rows = storable(JSON.stringify(deliveries.map((delivery, n) => asRow(delivery, n, now))));
  return db.execute<Placed>(sql`
    with asked as materialized (
      select r.*, nextval('deliveries_id_seq') as id,
        chat.id as chat_id, chat.bot_id, chat.workspace_id, chat.kind,
        case when lane.bot_id is null then 'chat_' || chat.state else 'bot_gone' end as reach
      from jsonb_to_recordset(${rows}::jsonb)
        as r(n int, w uuid, c uuid, t bigint, k smallint, m jsonb, f jsonb, s text, i text, d text, b timestamptz, p boolean)
      left join chats chat on chat.id = r.c and chat.workspace_id = r.w
      left join lanes lane on lane.bot_id = chat.bot_id and lane.paused_reason = 'gone'
      order by r.n
    ), placed as (
      insert into deliveries (id, workspace_id, bot_id, chat_id, thread_id, rank, content, fold, subject_kind, subject_id,
        dedupe_key, not_before, is_due, is_paid, state, error_code, done_at)
      overriding system value
      select id, workspace_id, bot_id, chat_id, t, k, m, nullif(f, 'null'::jsonb), s, i, d, coalesce(b, now()), b is null, p,
        case when reach = 'chat_active' then 'queued' when k >= 2 then 'cancelled' else 'failed' end,
        case when reach <> 'chat_active' then 'messaging.failed.' || reach end,
        case when reach <> 'chat_active' then now() end
      from asked where chat_id is not null order by n
      on conflict (workspace_id, dedupe_key) where dedupe_key is not null do nothing
      returning id, bot_id, chat_id, rank, state, is_due
    ), news as (
      select p.bot_id, p.chat_id, p.rank, p.id, left(a.kind, 1) as kind, count(*) over () as total
      from placed p join asked a on a.id = p.id where p.state = 'queued' and p.is_due
    ), told as (
      select pg_notify(${laneChannel}, case when total <= ${announcedOneByOne}
        then concat_ws('|', bot_id, chat_id, case kind when 'p' then 'p' else 'g' end, rank, id) else bot_id::text end)
      from (select distinct total, bot_id, case when total <= ${announcedOneByOne} then id end as id,
        case when total <= ${announcedOneByOne} then chat_id end as chat_id, kind, rank from news) each_one
    )
    select a.n, p.id::text as id, a.chat_id is not null as "isChatKnown", (select count(*) from told) as told
    from asked a left join placed p on p.id = a.id order by a.n`);
}
