/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";

export const broadcastsRoutes = (http: HttpKit, _run: Run) =>
  new Elysia({ name: "broadcasts", prefix: "/broadcasts" }).use(http);
