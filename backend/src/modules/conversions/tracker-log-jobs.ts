/** What happens later with trackers' logs. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Picks the trackers whose log is to be read now. */
export const pullLogsJob = defineJob({
  name: "conversions.pull-logs",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

/**
 * Reads the log of one tracker. A tracker that hangs holds its job for a minute or two, so jobs stand in lines: three for
 * trackers that answer, one for those whose last run failed. The slow ones wait for each other and for nobody else, and however
 * many they are, they hold four of the places for such calls at most. A run that failed is tried again by its own schedule.
 */
export const pullLogJob = defineJob({
  name: "conversions.pull-log",
  payload: t.Object({ connectionId: t.String(), workspaceId: t.String(), isFailing: t.Boolean() }),
  key: ({ connectionId }) => connectionId,
  queue: ({ connectionId, isFailing }) =>
    isFailing ? "pull:failing" : `pull:${Number.parseInt(connectionId.slice(0, 2), 16) % 3}`,
  attempts: 1,
  priority: 5,
  isOutside: true,
});

/** Deletes what is kept of trackers' logs once it is older than calls are kept. */
export const forgetLogsJob = defineJob({
  name: "conversions.forget-logs",
  payload: t.Object({}),
  attempts: 3,
  every: "43 2 * * *",
});
