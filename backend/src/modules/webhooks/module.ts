/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { callEndpoint, sweepCalls } from "./actions/call-endpoint.ts";
import { callEndpointJob, sweepCallsJob } from "./jobs.ts";
import { webhooksRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [
  handle(callEndpointJob, callEndpoint, ({ workspaceId }) => workspaceId),
  handle(sweepCallsJob, sweepCalls),
];

export const webhooksModule = {
  /** Under the API's base. */
  routes: webhooksRoutes,
  handlers,
};
