/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { engineRoutes } from "./engine-routes.ts";
import { experimentRoutes } from "./experiment-routes.ts";
import { letterRoutes } from "./letter-routes.ts";
import { scheduleRoutes } from "./schedule-routes.ts";

export const broadcastsRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "broadcasts", prefix: "/broadcasts" })
    .use(http)
    .use(engineRoutes(http, run))
    .use(letterRoutes(http, run))
    .use(scheduleRoutes(http, run))
    .use(experimentRoutes(http, run));
