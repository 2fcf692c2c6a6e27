import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { holdKeptUploads, releaseUpload } from "@backend/kit/uploads.ts";
import { filesInLetters } from "../file-queries.ts";

const pageSize = 200;
const oldEnoughMs = 86_400_000;

/**
 * The job of every night: a file that no template, broadcast or step names any more is released, and deleted a day later unless a
 * letter takes it again. Safe to stop at any moment and to run twice.
 */
export async function releaseFiles(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  let released = 0;
  for (let after: string | null = null, isOver = false; !isOver; ) {
    const page = await releasePage(ctx, after);
    released += page.released;
    after = page.last;
    isOver = page.last === null;
  }
  if (released > 0) ctx.log.info({ released }, "files that no letter names were released");
}

/**
 * Two statements, each with a view of its own: whoever took one of these files before it was held has committed, so the second sees
 * his letter; whoever takes one later waits, and keeps it after the release.
 */
function releasePage(outer: ActionContext, after: string | null): Promise<{ released: number; last: string | null }> {
  return inTransaction(outer, async ({ db, now }) => {
    const before = new Date(now.getTime() - oldEnoughMs);
    const held = await holdKeptUploads(db, { purpose: "media", before, after, limit: pageSize });
    const named = await filesInLetters(db, [...new Set(held.map(({ workspaceId }) => workspaceId))]);
    const free = held.filter(({ id }) => !named.has(id));
    for (const { id, workspaceId } of free) await releaseUpload(db, workspaceId, id, now);
    return { released: free.length, last: held.length < pageSize ? null : (held.at(-1)?.id ?? null) };
  });
}
