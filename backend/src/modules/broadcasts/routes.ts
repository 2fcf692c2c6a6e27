/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { experimentRoutes } from "./experiment-routes.ts";
import { scheduleRoutes } from "./schedule-routes.ts";

export const broadcastsRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "broadcasts", prefix: "/broadcasts" })
    .use(http)
    .use(scheduleRoutes(http, run))
    .use(experimentRoutes(http, run));
