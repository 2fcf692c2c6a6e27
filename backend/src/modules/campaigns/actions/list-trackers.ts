import type { ActionContext } from "@backend/kit/context.ts";
import { listTrackers, type Tracker } from "@backend/modules/conversions/index.ts";
import type { TrackerMirror } from "../mirror-contracts.ts";
import { presentMirror } from "../mirror-present.ts";
import { countCampaigns, listMirrors } from "../mirror-queries.ts";

/** Trackers that the actor is shown, by name, and how fresh each is. One that has no mirror gets it within a minute (`syncDue`). */
export async function listMirroredTrackers(ctx: ActionContext): Promise<{ items: TrackerMirror[] }> {
  return { items: await showTrackers(ctx, await listTrackers(ctx)) };
}

async function showTrackers(ctx: ActionContext, trackers: readonly Tracker[]): Promise<TrackerMirror[]> {
  const ids = trackers.map(({ connectionId }) => connectionId);
  const rows = new Map((await listMirrors(ctx.db, ids)).map((row) => [row.connectionId, row]));
  const counts = await countCampaigns(ctx.db, ids);
  return trackers.flatMap((tracker) => {
    const row = rows.get(tracker.connectionId);
    const count = counts.get(tracker.connectionId) ?? 0;
    return row ? [presentMirror(tracker, row, count, ctx.actor.locale, ctx.now)] : [];
  });
}

/** One of them. */
export async function showTracker(ctx: ActionContext, tracker: Tracker): Promise<TrackerMirror> {
  const [shown] = await showTrackers(ctx, [tracker]);
  if (!shown) throw new Error("a mirror just made is not there");
  return shown;
}
