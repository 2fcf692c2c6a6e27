import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";

export const flowRoutes = (http: HttpKit, _run: Run) =>
  new Elysia({ name: "campaigns-flow", prefix: "/campaigns", tags: ["Campaigns"] }).use(http);
