import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { changesBetween, isTimeZone, recordAudit } from "@backend/modules/identity/index.ts";
import { timeZoneUnknown } from "../errors.ts";
import type { ChangeMirror, TrackerMirror } from "../mirror-contracts.ts";
import { ensureMirrors, lockMirror, type MirrorRow, updateMirror } from "../mirror-queries.ts";
import { showTracker } from "./list-trackers.ts";
import { seeTracker } from "./own-campaign.ts";

/** Changes how a tracker is read. One that is switched on, or read more often, is read at once. */
export async function changeMirror(
  ctx: ActionContext,
  { connectionId, ...change }: ChangeMirror & { connectionId: string },
): Promise<TrackerMirror> {
  if (typeof change.timeZone === "string" && !isTimeZone(change.timeZone)) throw timeZoneUnknown();
  return inTransaction(ctx, async (tx) => {
    const tracker = await seeTracker(tx, connectionId);
    await ensureMirrors(tx.db, [tracker], tx.now);
    const before = await lockMirror(tx.db, connectionId);
    if (!before) throw new Error("a mirror just made is not there");
    const isSooner =
      (change.isOn === true && !before.isOn) ||
      (change.everyMinutes !== undefined && change.everyMinutes < before.everyMinutes);
    const after = await updateMirror(tx.db, connectionId, { ...change, ...(isSooner ? { nextRunAt: tx.now } : {}) });
    const changes = changesBetween(traced(before), traced(after));
    if (changes) {
      await recordAudit(tx, {
        action: "tracker.changed",
        subjectKind: "connection",
        subjectId: connectionId,
        ...changes,
      });
      await notifyLive(tx.db, { workspaceId: tx.actor.workspaceId, topic: "campaigns", id: connectionId });
    }
    return showTracker(tx, tracker);
  });
}

const traced = ({ isOn, everyMinutes, timeZone, tellsDrift }: MirrorRow) => ({
  isOn,
  everyMinutes,
  timeZone,
  tellsDrift,
});
