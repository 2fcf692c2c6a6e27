/** Wiring: the container takes it from here. */
import { handle, type JobHandler } from "@backend/kit/jobs.ts";
import { runImport, tidyImports } from "./actions/run-import.ts";
import { runImportJob, tidyImportsJob } from "./import-jobs.ts";
import { audienceRoutes } from "./routes.ts";

const handlers: readonly JobHandler[] = [
  handle(runImportJob, runImport, ({ workspaceId }) => workspaceId),
  handle(tidyImportsJob, tidyImports),
];

export const audienceModule = {
  /** Under the API's base. */
  routes: audienceRoutes,
  handlers,
};
