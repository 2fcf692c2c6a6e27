/** What happens later with changes of delivered messages. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** One step of a change; it enqueues its own next. `idleSteps` are the steps in a row in which nothing moved. */
export const runChangeJob = defineJob({
  name: "broadcasts.run-change",
  payload: t.Object({ workspaceId: t.String(), changeId: t.String(), idleSteps: t.Optional(t.Integer()) }),
  key: ({ changeId }) => changeId,
  attempts: 25,
});
