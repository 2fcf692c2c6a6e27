/** Wiring: the container takes it from here. */
import type { JobHandler } from "@backend/kit/jobs.ts";
import { broadcastsRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [];

export const broadcastsModule = {
  /** Under the API's base. */
  routes: broadcastsRoutes,
  handlers,
};
