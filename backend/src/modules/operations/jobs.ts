/** What operations does later. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Looks at everything that may be wrong, and tells what is new. */
export const checkAlertsJob = defineJob({
  name: "operations.check-alerts",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
  // An installation in trouble has a long queue; the job that says so must not stand at its end.
  priority: -10,
});

/** Makes partitions ahead of time and deletes what is older than it needs to be. At night in UTC, away from full hours. */
export const retainJob = defineJob({
  name: "operations.retain",
  payload: t.Object({}),
  attempts: 3,
  every: "17 2 * * *",
});

/** Deletes files that nobody used in time. */
export const expireUploadsJob = defineJob({
  name: "operations.expire-uploads",
  payload: t.Object({}),
  attempts: 3,
  every: "41 * * * *",
});

/** Goes on with a replay by filter. */
export const replayInboxJob = defineJob({
  name: "operations.replay-inbox",
  payload: t.Object({ replayId: t.String(), workspaceId: t.String() }),
  key: (p) => p.replayId,
  queue: (p) => `replay:${p.workspaceId}`,
  attempts: 25,
  priority: 10,
});
