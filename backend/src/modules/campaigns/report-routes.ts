import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";

export const reportRoutes = (http: HttpKit, _run: Run) =>
  new Elysia({ name: "campaigns-report", prefix: "/campaigns", tags: ["Campaigns"] }).use(http);
