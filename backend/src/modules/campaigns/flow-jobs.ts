/** What happens later with flows. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/**
 * One push, from reading to record. Pushes of a flow stand in one line. A tracker that fails is asked again by the push itself, which
 * knows how long a person still waits for it; the job's tries are for crashes.
 */
export const pushFlowJob = defineJob({
  name: "campaigns.push-flow",
  payload: t.Object({
    workspaceId: t.String(),
    flowId: t.String(),
    pushId: t.String(),
    /** Of the tracker; left out by the sweep, which does not ask for it. */
    connectionId: t.Optional(t.String()),
  }),
  key: ({ pushId }) => pushId,
  queue: ({ flowId }) => `push:${flowId}`,
  attempts: 5,
  // Somebody looks at the screen.
  priority: -5,
  isOutside: true,
  server: ({ workspaceId, connectionId = workspaceId }) => `tracker:${connectionId}`,
});

/** Finds open pushes that no job was left for. */
export const sweepPushesJob = defineJob({
  name: "campaigns.sweep-pushes",
  payload: t.Object({}),
  attempts: 1,
  every: "*/5 * * * *",
});

/** Deletes pushes and their snapshots once they are too old to be undone. */
export const forgetPushesJob = defineJob({
  name: "campaigns.forget-pushes",
  payload: t.Object({}),
  attempts: 3,
  every: "47 3 * * *",
});
