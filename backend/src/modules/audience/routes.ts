/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { importRoutes } from "./import-routes.ts";

export const audienceRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "audience", prefix: "/audience" }).use(http).use(importRoutes(http, run));
