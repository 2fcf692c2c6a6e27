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

/** Deletes alerts that were told long ago, mutes that have ended and counts of windows that have passed. */
export const forgetAlertsJob = defineJob({
  name: "conversions.forget-alerts",
  payload: t.Object({}),
  attempts: 3,
  every: "47 2 * * *",
});
