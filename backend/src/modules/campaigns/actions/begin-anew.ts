/** Another tracker is behind a connection: its campaign 15 is not the last one's. */
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import { pushProblems } from "../errors.ts";
import { syncTrackerJob } from "../mirror-jobs.ts";
import { lockMirror, updateMirror } from "../mirror-queries.ts";
import { leaveTracker } from "../replacement-queries.ts";
import { leaseMs } from "./sync-tracker.ts";

interface Replaced {
  workspaceId: string;
  connectionId: string;
  /** ISO. */
  replacedAt: string;
}

/**
 * Ends everything that was meant for the tracker before, in the transaction that puts the new one in its place: no push of a draft that
 * was made for the one may reach the other. A run under way stores nothing more. Settings and favourites stay. The new tracker is read
 * at once, unless reading is switched off.
 */
export async function beginAnew(db: Db, replaced: readonly Replaced[]): Promise<void> {
  for (const { workspaceId, connectionId, replacedAt } of replaced) {
    const mirror = await lockMirror(db, connectionId);
    if (!mirror) continue;
    const now = new Date(replacedAt);
    await leaveTracker(db, connectionId, now, pushProblems.trackerReplaced);
    await updateMirror(db, connectionId, {
      ...{ startedAt: null, runningUntil: null, done: 0, total: null },
      ...{ lastOkAt: null, problem: null, problemSince: null, failures: 0, reportDialect: null },
      // Were it due, the schedule would put a run that reads less in this one's place.
      nextRunAt: new Date(now.getTime() + leaseMs),
    });
    if (mirror.isOn)
      await enqueue(db, syncTrackerJob, { workspaceId, connectionId, isFailing: false, readBefore: replacedAt });
    await notifyLive(db, { workspaceId, topic: "campaigns", id: connectionId });
  }
}
