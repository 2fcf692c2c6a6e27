/** Edits and deletions of messages that have been delivered: deliveries of their own, drained by the same lanes at the same pace. */
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import type { Content } from "../contracts.ts";
import { laneChannel, storable } from "./queue-delivery.ts";

export interface NewEdit {
  /** The delivery whose message changes. */
  deliveryId: bigint;
  content: Content;
}

export interface ChangeOf {
  workspaceId: string;
  /** What the change is part of ("broadcast-change" + id), so that it can be found and cancelled. */
  subject: { kind: string; id: string };
}

/**
 * Edits messages, in the caller's transaction: each takes the whole new content, buttons included. Answers in the order asked, with
 * the id of the delivery that edits, or null for a message that cannot be changed: not sent, forgotten by retention, or of another
 * workspace. Of an album only the caption of its first item can be changed. Asked twice is edited twice, and the second changes
 * nothing; a lost answer is asked again, since it makes no difference (never `unknown`).
 */
export const queueEdits = (db: Db, change: ChangeOf, edits: readonly NewEdit[]): Promise<(bigint | null)[]> =>
  place(
    db,
    "edit",
    change,
    edits.map(({ deliveryId, content }) => ({ o: String(deliveryId), m: content })),
  );

/**
 * Deletes messages of at most 48 hours for everybody; older ones fail with Telegram's refusal. An album goes whole. Otherwise as
 * `queueEdits`; a message that is gone already counts as deleted.
 */
export const queueRemovals = (db: Db, change: ChangeOf, deliveryIds: readonly bigint[]): Promise<(bigint | null)[]> =>
  place(
    db,
    "delete",
    change,
    deliveryIds.map((id) => ({ o: String(id), m: null })),
  );

async function place(
  db: Db,
  act: "edit" | "delete",
  change: ChangeOf,
  asked: readonly { o: string; m: Content | null }[],
): Promise<(bigint | null)[]> {
  if (asked.length === 0) return [];
  const rows = storable(JSON.stringify(asked.map((one, n) => ({ n, ...one }))));
  const placed = await db.execute<{ id: string | null }>(sql`
    with asked as materialized (
      select r.n, r.m, o.workspace_id, o.bot_id, o.chat_id, o.rank, o.content, o.is_paid, o.telegram_message_id, o.album_message_ids,
        case when l.bot_id is null then 'chat_' || c.state else 'bot_gone' end as reach,
        case when o.id is not null then nextval('deliveries_id_seq') end as id
      from jsonb_to_recordset(${rows}::jsonb) as r(n int, o bigint, m jsonb)
      left join deliveries o on o.id = r.o and o.workspace_id = ${change.workspaceId} and o.act = 'send' and o.state = 'sent'
        and o.telegram_message_id is not null
      left join chats c on c.id = o.chat_id
      left join lanes l on l.bot_id = o.bot_id and l.paused_reason = 'gone'
      order by r.n
    ), placed as (
      insert into deliveries (id, workspace_id, bot_id, chat_id, rank, content, act, target_message_id, album_message_ids, is_paid,
        subject_kind, subject_id, state, error_code, done_at)
      overriding system value
      select id, workspace_id, bot_id, chat_id, rank, coalesce(nullif(m, 'null'::jsonb), content), ${act}, telegram_message_id,
        album_message_ids, is_paid, ${change.subject.kind}, ${change.subject.id},
        case when reach = 'chat_active' then 'queued' else 'failed' end,
        case when reach <> 'chat_active' then 'messaging.failed.' || reach end,
        case when reach <> 'chat_active' then now() end
      from asked where id is not null order by n
      returning bot_id
    ), told as (
      select pg_notify(${laneChannel}, bot_id::text) from (select distinct bot_id from placed) bots
    )
    select a.id::text as id, (select count(*) from told) as told from asked a order by a.n`);
  return placed.map(({ id }) => (id === null ? null : BigInt(id)));
}
