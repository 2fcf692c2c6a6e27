/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { catalogRoutes } from "./catalog-routes.ts";
import { importRoutes } from "./import-routes.ts";
import { segmentRoutes } from "./segment-routes.ts";
import { subscriberRoutes } from "./subscriber-routes.ts";

export const audienceRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "audience", prefix: "/audience" })
    .use(http)
    .use(segmentRoutes(http, run))
    .use(importRoutes(http, run))
    .use(subscriberRoutes(http, run))
    .use(catalogRoutes(http, run));
