/** A broadcast to many, written by SQL: some failed, some clicked, a few bought. */

import { type ActionContext, systemActor } from "@backend/kit/context.ts";
import { createVault } from "@backend/kit/crypto.ts";
import { createLogger } from "@backend/kit/log.ts";
import type { ClickPorts } from "@backend/modules/broadcasts/click-ports.ts";
import { keepLinks } from "@backend/modules/broadcasts/links.ts";
import { sampleVariants } from "@backend/modules/broadcasts/result-testing.ts";
import type { Db } from "@db/client.ts";
import { broadcasts } from "@db/schema/broadcasts.ts";
import { sql } from "drizzle-orm";

export interface ManyRecipients {
  broadcastId: string;
  firstRecipientId: bigint;
  context: ActionContext<ClickPorts>;
}

export async function makeRecipients(
  db: Db,
  at: { workspaceId: string; botId: string; people: number; secretsKey: string },
): Promise<ManyRecipients> {
  const { workspaceId, botId, people } = at;
  const [broadcast] = await db
    .insert(broadcasts)
    .values({
      workspaceId,
      name: "Bench",
      state: "sent",
      variants: sampleVariants,
      total: people,
      startedAt: new Date(),
    })
    .returning();
  if (!broadcast) throw new Error("a row just stored is not there");
  await db.execute(sql`
    with c as (
      insert into chats (workspace_id, bot_id, telegram_chat_id, kind, title)
      select ${workspaceId}, ${botId}, 3000000000 + n, 'private', 'Person ' || n from generate_series(1, ${people}::int) n
      returning id, telegram_chat_id
    )
    insert into subscribers (workspace_id, bot_id, chat_id, telegram_id, first_name, last_name, username, origin)
    select ${workspaceId}, ${botId}, id, telegram_chat_id, 'Person', 'Number ' || telegram_chat_id % 9973, 'user_' || telegram_chat_id, 'start' from c`);
  await db.execute(sql`
    insert into broadcast_recipients (broadcast_id, workspace_id, bot_id, chat_id, subscriber_id, telegram_id, state, reason, queued_at, done_at, clicked_at, converted_at)
    select ${broadcast.id}, workspace_id, bot_id, chat_id, id, telegram_id,
      case when id % 40 = 0 then 'failed' else 'sent' end,
      case when id % 40 = 0 then 'messaging.failed.chat_blocked' end, now(), now(),
      case when id % 5 = 1 then now() - random() * interval '40 hours' end, case when id % 100 = 1 then now() end
    from subscribers where workspace_id = ${workspaceId} order by id`);
  await db.execute(sql`analyze`);
  const [first] = await db.execute<{ id: string }>(
    sql`select min(id) as id from broadcast_recipients where broadcast_id = ${broadcast.id}`,
  );
  const context: ActionContext<ClickPorts> = {
    db,
    actor: systemActor(workspaceId),
    now: new Date(),
    log: createLogger("silent"),
    ports: { vault: createVault(at.secretsKey), publicUrl: "https://our.example" },
    requestId: "bench",
  };
  await keepLinks(context, { id: broadcast.id, options: {}, variants: sampleVariants });
  return { broadcastId: broadcast.id, firstRecipientId: BigInt(first?.id ?? 0), context };
}
