/** What this room does later. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Tells what was held on purpose and has come due: digests, mornings after quiet hours, ends of mutes. */
export const tellHeldJob = defineJob({
  name: "conversions.tell-held",
  payload: t.Object({}),
  attempts: 2,
  every: "* * * * *",
  priority: -1,
});
