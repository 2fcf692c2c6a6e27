/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { attribute } from "./actions/attribute.ts";
import { countAnswers } from "./actions/count-answers.ts";
import { decideDue } from "./actions/experiments.ts";
import { fireDue } from "./actions/fire-due.ts";
import { forgetMessages } from "./actions/forget-messages.ts";
import { hear } from "./actions/hear.ts";
import { noteAnswer } from "./actions/note-answer.ts";
import { releaseFiles } from "./actions/release-files.ts";
import { runChangeOrFail } from "./actions/run-change.ts";
import { launchDueOrFail, stepOrPause } from "./actions/set-aside.ts";
import { sweepBroadcasts } from "./actions/sweep-broadcasts.ts";
import { takeDueRuns } from "./actions/take-due-runs.ts";
import { withdrawRefused } from "./actions/withdraw-refused.ts";
import { runChangeJob } from "./change-jobs.ts";
import { clickRoutes } from "./click-routes.ts";
import { launchDueJob, releaseFilesJob, stepJob, sweepBroadcastsJob, withdrawJob } from "./jobs.ts";
import { attributeJob, countAnswersJob, noteAnswerJob } from "./result-jobs.ts";
import { resultRoutes } from "./result-routes.ts";
import { broadcastsRoutes } from "./routes.ts";
import { decideDueJob, fireDueJob } from "./schedule-jobs.ts";
import { forgetMessagesJob, hearJob, takeDueRunsJob } from "./sequence-jobs.ts";
import { sequenceRoutes } from "./sequence-routes.ts";

const handlers: readonly JobHandler[] = [
  handle(stepJob, stepOrPause, ({ workspaceId }) => workspaceId),
  handle(launchDueJob, launchDueOrFail, ({ workspaceId }) => workspaceId),
  handle(sweepBroadcastsJob, sweepBroadcasts),
  handle(releaseFilesJob, releaseFiles),
  handle(withdrawJob, withdrawRefused, ({ workspaceId }) => workspaceId),
  handle(runChangeJob, runChangeOrFail, ({ workspaceId }) => workspaceId),
  handle(fireDueJob, fireDue),
  handle(decideDueJob, decideDue),
  handle(takeDueRunsJob, takeDueRuns),
  handle(forgetMessagesJob, forgetMessages),
  handle(hearJob, hear, ({ workspaceId }) => workspaceId),
  handle(attributeJob, attribute, ({ workspaceId }) => workspaceId),
  handle(noteAnswerJob, noteAnswer, ({ workspaceId }) => workspaceId),
  handle(countAnswersJob, countAnswers, ({ workspaceId }) => workspaceId),
];

export const broadcastsModule = {
  /** Under the API's base. */
  routes: broadcastsRoutes,
  sequenceRoutes,
  resultRoutes,
  /** At the root: links in messages lead there. */
  clickRoutes,
  handlers,
};
