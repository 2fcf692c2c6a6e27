/** What reports do by the clock. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Judges hours that have closed. Two minutes after them at the earliest, when their last calls have been read. */
export const judgeWatchesJob = defineJob({
  name: "reports.judge-watches",
  payload: t.Object({}),
  attempts: 1,
  every: "2,7,12,17,22,27,32,37,42,47,52,57 * * * *",
});

export const tellSummariesJob = defineJob({
  name: "reports.tell-summaries",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});
