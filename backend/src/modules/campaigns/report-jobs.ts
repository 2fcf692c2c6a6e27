/** What happens later with figures. */
import { defineJob, handle, type JobHandler } from "@backend/kit/jobs.ts";
import { t } from "elysia";
import { forgetReports } from "./actions/forget-reports.ts";

/** Deletes answers of trackers that are a month old. */
const forgetReportsJob = defineJob({
  name: "campaigns.forget-reports",
  payload: t.Object({}),
  attempts: 3,
  every: "51 2 * * *",
});

export const reportHandlers: readonly JobHandler[] = [handle(forgetReportsJob, forgetReports)];
