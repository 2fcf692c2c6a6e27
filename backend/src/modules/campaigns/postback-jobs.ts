/** What happens later with our postbacks in trackers' campaigns. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Picks the trackers that are to be looked at today. */
export const watchPostbacksJob = defineJob({
  name: "campaigns.watch-postbacks",
  payload: t.Object({}),
  attempts: 3,
  every: "23 5 * * *",
});

/** Looks whether the campaigns of one tracker still have our address. Trackers stand in one line: there is no hurry. */
export const watchTrackerJob = defineJob({
  name: "campaigns.watch-tracker-postbacks",
  payload: t.Object({ connectionId: t.String(), workspaceId: t.String() }),
  key: ({ connectionId }) => connectionId,
  queue: () => "postbacks:watch",
  attempts: 3,
  priority: 8,
  isOutside: true,
});
