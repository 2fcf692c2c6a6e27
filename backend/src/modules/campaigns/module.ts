/** Wiring: the container takes it from here. */
import { flowHandlers } from "./flow-jobs.ts";
import { flowRoutes } from "./flow-routes.ts";
import { mirrorHandlers } from "./mirror-jobs.ts";
import { mirrorRoutes } from "./mirror-routes.ts";
import { reportHandlers } from "./report-jobs.ts";
import { reportRoutes } from "./report-routes.ts";

export const campaignsModule = {
  /** Under the API's base. */
  mirrorRoutes,
  flowRoutes,
  reportRoutes,
  handlers: [...mirrorHandlers, ...flowHandlers, ...reportHandlers],
};
