import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueueAll } from "@backend/kit/jobs.ts";
import { listTrackers, type Tracker } from "@backend/modules/conversions/index.ts";
import type { TrackerMirror } from "../mirror-contracts.ts";
import { syncTrackerJob } from "../mirror-jobs.ts";
import { presentMirror } from "../mirror-present.ts";
import { countCampaigns, ensureMirrors, listMirrors } from "../mirror-queries.ts";
import { byConnection } from "./own-campaign.ts";

/** Trackers that the actor is shown, by name, and how fresh each is. One that is new has its mirror made and begun here. */
export async function listMirroredTrackers(ctx: ActionContext): Promise<{ items: TrackerMirror[] }> {
  return { items: await showTrackers(ctx, await listTrackers(ctx)) };
}

async function showTrackers(ctx: ActionContext, trackers: readonly Tracker[]): Promise<TrackerMirror[]> {
  const ids = trackers.map(({ connectionId }) => connectionId);
  const known = await listMirrors(ctx.db, ids);
  const isKnown = new Set(known.map(({ connectionId }) => connectionId));
  const fresh = trackers.filter(({ connectionId }) => !isKnown.has(connectionId));
  if (fresh.length > 0) await inTransaction(ctx, (tx) => beginMirrors(tx, fresh));
  const rows = fresh.length === 0 ? known : await listMirrors(ctx.db, ids);
  const counts = await countCampaigns(ctx.db, ids);
  const trackerOf = byConnection(trackers);
  return rows
    .flatMap((row) => {
      const tracker = trackerOf.get(row.connectionId);
      return tracker ? [presentMirror(tracker, row, counts.get(row.connectionId) ?? 0, ctx.actor.locale, ctx.now)] : [];
    })
    .toSorted((left, right) => ids.indexOf(left.connectionId) - ids.indexOf(right.connectionId));
}

/** Nobody waits for the minute of the schedule to see his campaigns for the first time. */
async function beginMirrors({ db, now }: ActionContext, fresh: readonly Tracker[]): Promise<void> {
  await ensureMirrors(db, fresh, now);
  const runs = fresh.map(({ connectionId, workspaceId }) => ({ connectionId, workspaceId, isFailing: false }));
  await enqueueAll(db, syncTrackerJob, runs);
}

/** One of them. */
export async function showTracker(ctx: ActionContext, tracker: Tracker): Promise<TrackerMirror> {
  const [shown] = await showTrackers(ctx, [tracker]);
  if (!shown) throw new Error("a mirror just made is not there");
  return shown;
}
