import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { pausePlan, previewNextRuns, readPlan, resumePlan, stopPlan } from "./actions/plans.ts";
import { BroadcastParams, NextRuns, NextRunsBody, Plan } from "./schedule-contracts.ts";

const reading = { access: { permission: "broadcasts.read" } } as const;
const sending = { access: { permission: "broadcasts.send" } } as const;

/** Plans, below `/broadcasts`. */
export const scheduleRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "broadcast-schedules", detail: { tags: ["Broadcasts"] } })
    .use(http)
    .post("/schedule/next", ({ actor, requestId, body }) => run(previewNextRuns, { actor, requestId }, body), {
      ...reading,
      body: NextRunsBody,
      response: { 200: NextRuns },
    })
    .get("/:broadcastId/plan", ({ actor, requestId, params }) => run(readPlan, { actor, requestId }, params), {
      ...reading,
      params: BroadcastParams,
      response: { 200: Plan },
    })
    .post("/:broadcastId/plan/pause", ({ actor, requestId, params }) => run(pausePlan, { actor, requestId }, params), {
      ...sending,
      params: BroadcastParams,
      response: { 200: Plan },
    })
    .post(
      "/:broadcastId/plan/resume",
      ({ actor, requestId, params }) => run(resumePlan, { actor, requestId }, params),
      { ...sending, params: BroadcastParams, response: { 200: Plan } },
    )
    .post("/:broadcastId/plan/stop", ({ actor, requestId, params }) => run(stopPlan, { actor, requestId }, params), {
      ...sending,
      params: BroadcastParams,
      response: { 200: Plan },
    });
