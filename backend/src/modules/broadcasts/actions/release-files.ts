import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { holdKeptUploads, releaseUploads, workspacesWithKept } from "@backend/kit/uploads.ts";
import { filesInWelcomes } from "@backend/modules/bots/index.ts";
import { filesToBeSent } from "@backend/modules/messaging/index.ts";
import { filesInLetters } from "../file-queries.ts";

/** Every page reads all letters of its workspace: so large that nearly every workspace is one page. */
const pageSize = 20_000;
const oldEnoughMs = 86_400_000;

/**
 * The job of every night: a file that no template, broadcast, step, welcome or message on its way names any more is released, and deleted a day
 * later unless a letter takes it again. Safe to stop at any moment and to run twice.
 */
export async function releaseFiles(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const which = { purpose: "media", before: new Date(ctx.now.getTime() - oldEnoughMs) } as const;
  let released = 0;
  for (const workspaceId of await workspacesWithKept(ctx.db, which))
    for (let after: string | null = null, isOver = false; !isOver; ) {
      const page = await releasePage(ctx, workspaceId, { ...which, after, limit: pageSize });
      released += page.released;
      after = page.last;
      isOver = page.last === null;
    }
  if (released > 0) ctx.log.info({ released }, "files that nothing names were released");
}

/**
 * Statements one after another, each with a view of its own: whoever took one of these files before it was held has committed, so the
 * next sees his letter; whoever takes one later waits, and keeps it after the release.
 */
function releasePage(
  outer: ActionContext,
  workspaceId: string,
  which: Parameters<typeof holdKeptUploads>[2],
): Promise<{ released: number; last: string | null }> {
  return inTransaction(outer, async ({ db, now }) => {
    const held = await holdKeptUploads(db, workspaceId, which);
    const named = new Set([...(await filesInLetters(db, workspaceId)), ...(await filesInWelcomes(db, workspaceId))]);
    const unnamed = held.filter((id) => !named.has(id));
    // After the letters: what they lost meanwhile was queued before they lost it.
    const waited = new Set(await filesToBeSent(db, workspaceId, unnamed));
    const free = unnamed.filter((id) => !waited.has(id));
    await releaseUploads(db, workspaceId, free, now);
    return { released: free.length, last: held.length < which.limit ? null : (held.at(-1) ?? null) };
  });
}
