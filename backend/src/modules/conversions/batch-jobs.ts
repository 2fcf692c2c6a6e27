/** What happens later with many conversions. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Goes on with a batch from its checkpoint. */
export const runBatchJob = defineJob({
  name: "conversions.run-batch",
  payload: t.Object({ batchId: t.String(), workspaceId: t.String() }),
  key: (p) => p.batchId,
  queue: (p) => `batch:${p.workspaceId}`,
  attempts: 25,
  priority: 10,
});

/** Deletes what workspaces do not want to keep any longer. At night in UTC, away from full hours and from the other retention. */
export const forgetConversionsJob = defineJob({
  name: "conversions.forget-old",
  payload: t.Object({}),
  attempts: 3,
  every: "47 2 * * *",
});
