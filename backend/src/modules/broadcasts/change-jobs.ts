/** What happens later with changes of delivered messages. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** One step of a change; it enqueues its own next. */
export const runChangeJob = defineJob({
  name: "broadcasts.run-change",
  payload: t.Object({ workspaceId: t.String(), changeId: t.String() }),
  key: ({ changeId }) => changeId,
  attempts: 20,
});
