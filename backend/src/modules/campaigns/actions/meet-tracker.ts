/** A connection has a tracker: its campaigns are read at once, and nothing of another one is taken for its own. */
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import type { Db } from "@db/client.ts";
import { pushProblems } from "../errors.ts";
import { syncTrackerJob } from "../mirror-jobs.ts";
import { ensureMirrors, lockMirror, type MirrorRow, updateMirror } from "../mirror-queries.ts";
import { leaveTracker } from "../replacement-queries.ts";
import { leaseMs } from "./sync-tracker.ts";

interface Connected {
  workspaceId: string;
  connectionId: string;
  host: string;
  /** ISO. */
  connectedAt: string;
}

/**
 * In the transaction that connects it. A tracker that was disconnected for some days finds its mirror again, another one begins anew
 * (its campaign 15 is not the last one's), and so does one that stands where nobody knows of which tracker the mirror is.
 */
export async function meetTracker(db: Db, connected: readonly Connected[]): Promise<void> {
  for (const { connectedAt, host, ...key } of connected) {
    const now = new Date(connectedAt);
    const mirror = await lockMirror(db, key.connectionId);
    if (!mirror) {
      await ensureMirrors(db, [{ ...key, host }], now);
      // Nobody waits for the minute of the schedule to see his campaigns for the first time.
      await enqueue(db, syncTrackerJob, { ...key, isFailing: false });
    } else if (mirror.host !== host) await beginAnew(db, mirror, host, now);
    else continue;
    await notifyLive(db, { workspaceId: key.workspaceId, topic: "campaigns", id: key.connectionId });
  }
}

/**
 * Ends everything that was meant for the tracker before: no push of a draft that was made for the one may reach the other. A run under
 * way stores nothing more. Settings and favourites stay. The new tracker is read at once, unless reading is switched off.
 */
async function beginAnew(
  db: Db,
  { workspaceId, connectionId, isOn }: MirrorRow,
  host: string,
  now: Date,
): Promise<void> {
  await leaveTracker(db, connectionId, now, pushProblems.trackerReplaced);
  await updateMirror(db, connectionId, {
    ...{ host, startedAt: null, runningUntil: null, done: 0, total: null },
    ...{ lastOkAt: null, problem: null, problemSince: null, failures: 0, reportDialect: null },
    // Were it due, the schedule would put a run that reads less in this one's place.
    nextRunAt: new Date(now.getTime() + leaseMs),
  });
  if (!isOn) return;
  const readBefore = now.toISOString();
  await enqueue(db, syncTrackerJob, { workspaceId, connectionId, isFailing: false, readBefore });
}
