/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { importRoutes } from "./import-routes.ts";
import { segmentRoutes } from "./segment-routes.ts";

export const audienceRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "audience", prefix: "/audience" })
    .use(http)
    .use(segmentRoutes(http, run))
    .use(importRoutes(http, run));
