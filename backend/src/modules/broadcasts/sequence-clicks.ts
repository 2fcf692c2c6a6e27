/** Clicks on counted links of sequences, in the transaction that writes a group of visits. */
import { publishAll } from "@backend/kit/events.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import { sql } from "drizzle-orm";
import { sequenceClicked } from "./events.ts";

export interface SequenceClick {
  messageId: string;
  sequenceId: string;
  workspaceId: string;
  subscriberId: number;
  at: Date;
}

/** Counts them on their messages; the first click in a message is told. */
export async function countSequenceClicks(tx: Db, clicks: readonly SequenceClick[]): Promise<void> {
  if (clicks.length === 0) return;
  const came = JSON.stringify(clicks.map(({ messageId, at }) => ({ r: messageId, t: at })));
  // Locked in the order of ids: two processes that count the same messages wait for each other instead of embracing.
  const first = await tx.execute<{ id: string }>(sql`
    with came as (
      select r, count(*)::int as times, min(t) as at from jsonb_to_recordset(${came}::jsonb) as c(r bigint, t timestamptz) group by r
    ), held as (
      select m.id, m.clicked_at is null as is_first from sequence_messages m join came on came.r = m.id order by m.id for update of m
    ), written as (
      update sequence_messages m set clicks = least(32767, m.clicks + came.times), clicked_at = coalesce(m.clicked_at, came.at)
      from came join held on held.id = came.r where m.id = came.r
    )
    select id from held where is_first`);
  const byMessage = new Map(clicks.map(({ at: _, ...click }) => [click.messageId, click]));
  const clicked = first.flatMap(({ id }) => byMessage.get(id) ?? []);
  await publishAll(tx, sequenceClicked, clicked);
  for (const [id, workspaceId] of new Map(clicked.map(({ sequenceId, workspaceId }) => [sequenceId, workspaceId])))
    await notifyLive(tx, { workspaceId, topic: "sequences", id });
}
