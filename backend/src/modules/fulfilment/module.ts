/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { endOverdue } from "./actions/end-overdue.ts";
import { endRefunded } from "./actions/end-refunded.ts";
import { pushTasks, sweepPush } from "./actions/push-tasks.ts";
import { releaseExpired } from "./actions/release-expired.ts";
import { endOverdueJob, endRefundedJob, pushTasksJob, releaseExpiredJob, sweepPushJob } from "./jobs.ts";
import { myPostRoutes, taskRoutes } from "./routes.ts";
import { workerRoutes } from "./worker-routes.ts";

const handlers: readonly JobHandler[] = [
  handle(releaseExpiredJob, releaseExpired),
  handle(endOverdueJob, endOverdue),
  handle(endRefundedJob, endRefunded, ({ workspaceId }) => workspaceId),
  handle(pushTasksJob, pushTasks),
  handle(sweepPushJob, sweepPush),
];

export const fulfilmentModule = {
  /** Under the API's base. */
  myRoutes: myPostRoutes,
  routes: taskRoutes,
  /** At the root. */
  workerRoutes,
  handlers,
};
