/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { answerRequest } from "./actions/answer-request.ts";
import { letBack } from "./actions/let-back.ts";
import { settleAccess } from "./actions/settle-access.ts";
import { showOut } from "./actions/show-out.ts";
import { sweepAccesses } from "./actions/sweep-accesses.ts";
import { answerRequestJob, letBackJob, settleAccessJob, showOutJob, sweepAccessesJob } from "./jobs.ts";
import { accessRoutes, myAccessRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [
  handle(answerRequestJob, answerRequest, ({ workspaceId }) => workspaceId),
  handle(settleAccessJob, settleAccess, ({ workspaceId }) => workspaceId),
  handle(letBackJob, letBack, ({ workspaceId }) => workspaceId),
  handle(showOutJob, showOut, ({ workspaceId }) => workspaceId),
  handle(sweepAccessesJob, sweepAccesses),
];

export const accessModule = {
  /** Both under the API's base. */
  myRoutes: myAccessRoutes,
  routes: accessRoutes,
  handlers,
};
