import type { ActionContext } from "@backend/kit/context.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import { settleAccessJob } from "../jobs.ts";
import { forgetEnded, listOverdue } from "../queries.ts";

/** A job that still tries needs no other; these have given up, or were lost with the bot's rights. */
const overdueMs = 10 * 60_000;
const atOnce = 500;
const keptMs = 90 * 86_400_000;

/** The job of every ten minutes. Twice is once: a job has the key of its guest. */
export async function sweepAccesses({ db, now }: ActionContext, _: Record<string, never>): Promise<void> {
  const overdue = await listOverdue(db, new Date(now.getTime() - overdueMs), atOnce);
  await enqueueAll(
    db,
    settleAccessJob,
    overdue.map(({ workspaceId, chatId, botId, personId }) => ({ workspaceId, chatId, botId, personId })),
  );
  await forgetEnded(db, new Date(now.getTime() - keptMs), atOnce);
}
