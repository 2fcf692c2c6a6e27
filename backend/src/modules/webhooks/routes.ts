/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";

export const webhooksRoutes = (http: HttpKit, _run: Run) =>
  new Elysia({ name: "webhooks", prefix: "/webhooks" }).use(http);
