import type { ActionContext } from "@backend/kit/context.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { settleAccessJob } from "../jobs.ts";
import type { Rights } from "../ports.ts";
import { type ChatOfBot, findRights, listDueIn, saveRights } from "../queries.ts";

/**
 * What a bot may do in a chat, as Telegram has just said. A bot that may remove again shows out whoever should have been out meanwhile.
 */
export async function noteRights(
  { db, now }: Pick<ActionContext, "db" | "now">,
  { workspaceId, chatId, botId }: ChatOfBot,
  rights: Rights,
): Promise<void> {
  const before = (await findRights(db, [chatId])).get(chatId);
  await saveRights(db, { workspaceId, chatId, botId }, rights, now);
  if (before?.mayInvite === rights.mayInvite && before.mayRemove === rights.mayRemove) return;
  await notifyLive(db, { workspaceId, topic: "access" });
  if (!rights.mayRemove) return;
  const due = await listDueIn(db, chatId);
  await enqueueAll(
    db,
    settleAccessJob,
    due.map(({ personId }) => ({ workspaceId, chatId, botId, personId })),
  );
}
