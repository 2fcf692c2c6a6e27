/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { checkAlerts } from "./actions/check-alerts.ts";
import { continueReplayOrFail } from "./actions/replay-calls.ts";
import { retain } from "./actions/retain.ts";
import { expireUploads } from "./actions/uploads.ts";
import { healthRoutes } from "./health-routes.ts";
import { checkAlertsJob, expireUploadsJob, replayInboxJob, retainJob } from "./jobs.ts";
import { liveRoutes } from "./live-routes.ts";
import { operationsRoutes } from "./routes.ts";
import { uploadRoutes } from "./upload-routes.ts";

const handlers: readonly JobHandler[] = [
  handle(checkAlertsJob, checkAlerts),
  handle(retainJob, retain),
  handle(expireUploadsJob, expireUploads),
  handle(replayInboxJob, continueReplayOrFail, ({ workspaceId }) => workspaceId),
];

export const operationsModule = {
  /** Under the API's base. */
  routes: operationsRoutes,
  uploadRoutes,
  liveRoutes,
  /** At the root: /health, /ready, /metrics. */
  healthRoutes,
  handlers,
};
