/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { adoptChats } from "./actions/adopt-chats.ts";
import { runChangeOrFail } from "./actions/change-many.ts";
import { followChat, followPerson } from "./actions/lose-subscriber.ts";
import { runImportOrFail, tidyImports } from "./actions/run-import.ts";
import { runImportJob, tidyImportsJob } from "./import-jobs.ts";
import { adoptChatsJob, followChatJob, followPersonJob, runChangeJob } from "./jobs.ts";
import { myAudienceRoutes } from "./my-routes.ts";
import { audienceRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [
  handle(followChatJob, followChat, ({ workspaceId }) => workspaceId),
  handle(followPersonJob, followPerson, ({ workspaceId }) => workspaceId),
  handle(adoptChatsJob, adoptChats),
  handle(runChangeJob, runChangeOrFail, ({ workspaceId }) => workspaceId),
  handle(runImportJob, runImportOrFail, ({ workspaceId }) => workspaceId),
  handle(tidyImportsJob, tidyImports),
];

export const audienceModule = {
  /** Under the API's base. */
  routes: audienceRoutes,
  /** What people say of themselves, members or not. Under the API's base. */
  myRoutes: myAudienceRoutes,
  handlers,
};
