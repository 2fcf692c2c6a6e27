/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { attribute } from "./actions/attribute.ts";
import { countAnswers } from "./actions/count-answers.ts";
import { noteAnswer } from "./actions/note-answer.ts";
import { clickRoutes } from "./click-routes.ts";
import { attributeJob, countAnswersJob, noteAnswerJob } from "./result-jobs.ts";
import { resultRoutes } from "./result-routes.ts";
import { broadcastsRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [
  handle(attributeJob, attribute, ({ workspaceId }) => workspaceId),
  handle(noteAnswerJob, noteAnswer, ({ workspaceId }) => workspaceId),
  handle(countAnswersJob, countAnswers, ({ workspaceId }) => workspaceId),
];

export const broadcastsModule = {
  /** Under the API's base. */
  routes: broadcastsRoutes,
  resultRoutes,
  /** At the root: links in messages lead there. */
  clickRoutes,
  handlers,
};
