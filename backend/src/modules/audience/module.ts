/** Wiring: the container takes it from here. */
import type { JobHandler } from "@backend/kit/jobs.ts";
import { audienceRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [];

export const audienceModule = {
  /** Under the API's base. */
  routes: audienceRoutes,
  handlers,
};
