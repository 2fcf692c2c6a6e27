/** Wiring: the container takes it from here. */
import type { JobHandler } from "@backend/kit/jobs.ts";
import { webhooksRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [];

export const webhooksModule = {
  /** Under the API's base. */
  routes: webhooksRoutes,
  handlers,
};
