import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import type { TrackerMirror } from "../mirror-contracts.ts";
import { syncTrackerJob } from "../mirror-jobs.ts";
import { isRunning } from "../mirror-present.ts";
import { ensureMirrors, lockMirror, updateMirror } from "../mirror-queries.ts";
import { showTracker } from "./list-trackers.ts";
import { seeTracker } from "./own-campaign.ts";
import { leaseMs } from "./sync-tracker.ts";

/**
 * Has a tracker read now, every flow of it, without waiting for its time; a run that is under way is left to itself. Answers at
 * once: how far it is comes by the live topic "campaigns".
 */
export function requestSync(ctx: ActionContext, { connectionId }: { connectionId: string }): Promise<TrackerMirror> {
  return inTransaction(ctx, async (tx) => {
    const tracker = await seeTracker(tx, connectionId);
    await ensureMirrors(tx.db, [tracker], tx.now);
    const mirror = await lockMirror(tx.db, connectionId);
    if (mirror && !isRunning(mirror, tx.now)) {
      // Were it due, the schedule would put a run that reads less in this one's place.
      await updateMirror(tx.db, connectionId, { nextRunAt: new Date(tx.now.getTime() + leaseMs) });
      await enqueue(tx.db, syncTrackerJob, {
        connectionId,
        workspaceId: tracker.workspaceId,
        isFailing: mirror.failures > 0,
        readBefore: tx.now.toISOString(),
      });
    }
    return showTracker(tx, tracker);
  });
}
