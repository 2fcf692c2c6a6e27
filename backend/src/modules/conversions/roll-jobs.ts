/** What the rolls do later. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Counts the days of statistics. At ten past, an hour that has ended becomes part of its day; in between, days that were written to. */
export const rollDaysJob = defineJob({
  name: "conversions.roll-days",
  payload: t.Object({}),
  key: () => "all",
  attempts: 1,
  every: "*/5 * * * *",
  priority: 5,
});
