/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";

export const audienceRoutes = (http: HttpKit, _run: Run) =>
  new Elysia({ name: "audience", prefix: "/audience" }).use(http);
