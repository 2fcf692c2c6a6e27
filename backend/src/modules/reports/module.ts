/** Wiring: the container takes it from here. Reports write nothing and do nothing later. */
import { reportsRoutes, statsRoutes } from "./routes.ts";

export const reportsModule = {
  /** Under the API's base. */
  routes: reportsRoutes,
  /** At the root: /api/stats/admin, /api/bot/status. */
  statsRoutes,
  handlers: [],
};
