/** What happens later in this room. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/**
 * One try of one call. An endpoint's calls are made one after another, so that a slow receiver takes one place of those for calls
 * and no more. The plan of retries is the room's own (`domain/retry-plan.ts`); the job's tries are for crashes.
 */
export const callEndpointJob = defineJob({
  name: "webhooks.call-endpoint",
  payload: t.Object({ workspaceId: t.String(), endpointId: t.String(), callId: t.String() }),
  key: ({ callId }) => callId,
  queue: ({ endpointId }) => `webhook:${endpointId}`,
  attempts: 5,
  priority: 5,
  isOutside: true,
});

/** Finds calls that are due and that no job was left for, and forgets what is a month old. */
export const sweepCallsJob = defineJob({
  name: "webhooks.sweep-calls",
  payload: t.Object({}),
  attempts: 1,
  every: "*/5 * * * *",
});
