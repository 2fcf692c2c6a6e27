/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { judgeWatches } from "./actions/judge-watches.ts";
import { tellSummaries } from "./actions/tell-summaries.ts";
import { judgeWatchesJob, tellSummariesJob } from "./reporting-jobs.ts";
import { reportsRoutes, statsRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [
  handle(judgeWatchesJob, judgeWatches),
  handle(tellSummariesJob, tellSummaries),
];

export const reportsModule = {
  /** Under the API's base. */
  routes: reportsRoutes,
  /** At the root: /api/stats/admin, /api/bot/status. */
  statsRoutes,
  handlers,
};
