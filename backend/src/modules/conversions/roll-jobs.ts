/** What the rolls do later. */
import { defineJob } from "@backend/kit/jobs.ts";
import { type Static, t } from "elysia";

/** Workspaces whose weeks and months an earlier pass had no time for. */
const RollDays = t.Object({ spansOf: t.Optional(t.Array(t.String())) });
export type RollDays = Static<typeof RollDays>;

/** Counts the days of statistics. At ten past, an hour that has ended becomes part of its day; in between, days that were written to. */
export const rollDaysJob = defineJob({
  name: "conversions.roll-days",
  payload: RollDays,
  key: () => "all",
  attempts: 1,
  every: "*/5 * * * *",
  priority: 5,
});
