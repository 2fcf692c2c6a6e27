/** What timing does by the clock. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/** Starts what is due: schedules have minutes, so a look at the beginning of every minute is exact. */
export const fireDueJob = defineJob({
  name: "broadcasts.fire-due",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

/** Finds winners of experiments whose time has come. */
export const decideDueJob = defineJob({
  name: "broadcasts.decide-due",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});
