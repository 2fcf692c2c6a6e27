import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";

export const mirrorRoutes = (http: HttpKit, _run: Run) =>
  new Elysia({ name: "campaigns-mirror", prefix: "/campaigns", tags: ["Campaigns"] }).use(http);
