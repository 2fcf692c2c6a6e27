import type { ActionContext } from "@backend/kit/context.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findDifferences, listBookkeepers, saveCheck } from "../books-queries.ts";
import { checkBooksJob } from "../jobs.ts";

/** As many as help to find the cause; that there is one is what matters. */
const differencesKept = 50;

/**
 * The job: whether a workspace's books add up, from one snapshot. What it finds is kept with the time, and told by the alert rule
 * `books_differ` of operations until a check finds nothing.
 */
export async function checkBooks(ctx: ActionContext, { workspaceId }: { workspaceId: string }): Promise<void> {
  const differences = await findDifferences(ctx.db, workspaceId, differencesKept);
  if (differences.length > 0)
    ctx.log.error({ workspaceId, differences: differences.slice(0, 5) }, "the books do not add up");
  await saveCheck(ctx.db, { workspaceId, checkedAt: ctx.now, differences });
  await notifyLive(ctx.db, { workspaceId, topic: "payments" });
}

/** The job of every night: each workspace's books are checked by a job of its own. */
export async function checkAllBooks(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const workspaces = await listBookkeepers(ctx.db);
  await enqueueAll(
    ctx.db,
    checkBooksJob,
    workspaces.map((workspaceId) => ({ workspaceId })),
  );
}
