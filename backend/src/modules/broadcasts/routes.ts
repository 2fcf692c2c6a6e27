/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { letterRoutes } from "./letter-routes.ts";

export const broadcastsRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "broadcasts", prefix: "/broadcasts" }).use(http).use(letterRoutes(http, run));
