/** What happens later with the mirrors of trackers. */
import { defineJob } from "@backend/kit/jobs.ts";
import { type Static, t } from "elysia";

/** Picks the trackers that are to be read now. */
export const syncDueJob = defineJob({
  name: "campaigns.sync-due",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

export const SyncTracker = t.Object({
  connectionId: t.String(),
  workspaceId: t.String(),
  isFailing: t.Boolean(),
  /** ISO: flows that were read before this moment are read again, whatever their campaign says. */
  readBefore: t.Optional(t.String()),
  /** ISO: when the run began whose rest this one reads. */
  begunAt: t.Optional(t.String()),
});
export type SyncTracker = Static<typeof SyncTracker>;

/**
 * Reads one tracker. A run may take minutes, so runs stand in lines: three for trackers that answer, one for those whose last run
 * failed. However many trackers there are, they hold four of the places for such calls, and one that hangs holds up those of its line for
 * one run. A run that failed is tried again by its tracker's own schedule.
 */
export const syncTrackerJob = defineJob({
  name: "campaigns.sync-tracker",
  payload: SyncTracker,
  key: ({ connectionId }) => connectionId,
  queue: ({ connectionId, isFailing }) =>
    isFailing ? "sync:failing" : `sync:${Number.parseInt(connectionId.slice(0, 2), 16) % 3}`,
  attempts: 1,
  priority: 6,
  isOutside: true,
});

/** Deletes what was read of trackers that are none any more. */
export const forgetMirrorsJob = defineJob({
  name: "campaigns.forget-mirrors",
  payload: t.Object({}),
  attempts: 3,
  every: "17 3 * * *",
});
