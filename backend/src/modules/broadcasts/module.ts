/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { decideDue } from "./actions/experiments.ts";
import { fireDue } from "./actions/fire-due.ts";
import { hear } from "./actions/hear.ts";
import { takeDueRuns } from "./actions/take-due-runs.ts";
import { broadcastsRoutes } from "./routes.ts";
import { decideDueJob, fireDueJob } from "./schedule-jobs.ts";
import { hearJob, takeDueRunsJob } from "./sequence-jobs.ts";
import { sequenceRoutes } from "./sequence-routes.ts";

const handlers: readonly JobHandler[] = [
  handle(fireDueJob, fireDue),
  handle(decideDueJob, decideDue),
  handle(takeDueRunsJob, takeDueRuns),
  handle(hearJob, hear, ({ workspaceId }) => workspaceId),
];

export const broadcastsModule = {
  /** Under the API's base. */
  routes: broadcastsRoutes,
  sequenceRoutes,
  handlers,
};
