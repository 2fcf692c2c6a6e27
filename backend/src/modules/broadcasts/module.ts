/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { launchDue } from "./actions/launch-broadcast.ts";
import { runChange } from "./actions/run-change.ts";
import { stepBroadcast } from "./actions/step-broadcast.ts";
import { sweepBroadcasts } from "./actions/sweep-broadcasts.ts";
import { withdrawRefused } from "./actions/withdraw-refused.ts";
import { runChangeJob } from "./change-jobs.ts";
import { launchDueJob, stepJob, sweepBroadcastsJob, withdrawJob } from "./jobs.ts";
import { broadcastsRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [
  handle(stepJob, stepBroadcast, ({ workspaceId }) => workspaceId),
  handle(launchDueJob, launchDue, ({ workspaceId }) => workspaceId),
  handle(sweepBroadcastsJob, sweepBroadcasts),
  handle(withdrawJob, withdrawRefused, ({ workspaceId }) => workspaceId),
  handle(runChangeJob, runChange, ({ workspaceId }) => workspaceId),
];

export const broadcastsModule = {
  /** Under the API's base. */
  routes: broadcastsRoutes,
  handlers,
};
