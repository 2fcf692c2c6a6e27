/** Who does what happens later with flows. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { forgetPushes, pushFlow, sweepPushes } from "./actions/push-flow.ts";
import { forgetPushesJob, pushFlowJob, sweepPushesJob } from "./push-jobs.ts";

export const flowHandlers: readonly JobHandler[] = [
  handle(pushFlowJob, pushFlow, ({ workspaceId }) => workspaceId),
  handle(sweepPushesJob, sweepPushes),
  handle(forgetPushesJob, forgetPushes),
];
