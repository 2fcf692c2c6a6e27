/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { forgetMirrors } from "./actions/forget-mirrors.ts";
import { forgetPushes, pushFlowOrFail, sweepPushes } from "./actions/push-flow.ts";
import { syncDue, syncTracker } from "./actions/sync-tracker.ts";
import { watchPostbacks, watchTrackerPostbacks } from "./actions/watch-postbacks.ts";
import { forgetPushesJob, pushFlowJob, sweepPushesJob } from "./flow-jobs.ts";
import { flowRoutes } from "./flow-routes.ts";
import { forgetMirrorsJob, syncDueJob, syncTrackerJob } from "./mirror-jobs.ts";
import { mirrorRoutes } from "./mirror-routes.ts";
import { watchPostbacksJob, watchTrackerJob } from "./postback-jobs.ts";
import { postbackRoutes } from "./postback-routes.ts";
import { reportHandlers } from "./report-jobs.ts";
import { reportRoutes } from "./report-routes.ts";

const mirrorHandlers: readonly JobHandler[] = [
  handle(syncDueJob, syncDue),
  handle(syncTrackerJob, syncTracker, ({ workspaceId }) => workspaceId),
  handle(forgetMirrorsJob, forgetMirrors),
];

const flowHandlers: readonly JobHandler[] = [
  handle(pushFlowJob, pushFlowOrFail, ({ workspaceId }) => workspaceId),
  handle(sweepPushesJob, sweepPushes),
  handle(forgetPushesJob, forgetPushes),
];

const postbackHandlers: readonly JobHandler[] = [
  handle(watchPostbacksJob, watchPostbacks),
  handle(watchTrackerJob, watchTrackerPostbacks, ({ workspaceId }) => workspaceId),
];

export const campaignsModule = {
  /** Under the API's base. */
  mirrorRoutes,
  flowRoutes,
  postbackRoutes,
  reportRoutes,
  handlers: [...mirrorHandlers, ...flowHandlers, ...postbackHandlers, ...reportHandlers],
};
