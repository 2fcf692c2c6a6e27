/** What imports do later. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Goes on with an import. One after another per workspace: each takes all that a core and a disk give. */
export const runImportJob = defineJob({
  name: "audience.run-import",
  payload: t.Object({ importId: t.String(), workspaceId: t.String() }),
  key: (p) => p.importId,
  queue: (p) => `import:${p.workspaceId}`,
  attempts: 25,
  priority: 10,
});

/** Rows that were refused hold people's data: the reports are deleted after a month, and drafts that nobody went on with are ended. */
export const tidyImportsJob = defineJob({
  name: "audience.tidy-imports",
  payload: t.Object({}),
  attempts: 3,
  every: "23 3 * * *",
});
