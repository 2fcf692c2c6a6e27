import type { ActionContext } from "@backend/kit/context.ts";
import { listAllTrackers } from "@backend/modules/conversions/index.ts";
import { deleteMirror, deleteSlice, listLostMirrors } from "../mirror-queries.ts";

/** Whoever takes a key away for a moment finds pins, drafts and favourites again for so long. */
const graceMs = 7 * 24 * 60 * 60_000;

/** Deletes what was read of connections that were deleted or have no key any more. Again and again until nothing is left. */
export async function forgetMirrors(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const trackers = await listAllTrackers(ctx.db);
  const lost = await listLostMirrors(ctx.db, trackers, new Date(ctx.now.getTime() - graceMs));
  for (const connectionId of lost) {
    while ((await deleteSlice(ctx.db, connectionId)) > 0);
    await deleteMirror(ctx.db, connectionId);
  }
}
