/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { runChange } from "./actions/run-change.ts";
import { runChangeJob } from "./change-jobs.ts";
import { broadcastsRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [handle(runChangeJob, runChange, ({ workspaceId }) => workspaceId)];

export const broadcastsModule = {
  /** Under the API's base. */
  routes: broadcastsRoutes,
  handlers,
};
