/** Shapes of plans that cross HTTP. */
import { oneOf } from "@backend/kit/one-of.ts";
import { broadcastStates } from "@db/schema/broadcasts.ts";
import { type Static, t } from "elysia";

export const BroadcastParams = t.Object({ broadcastId: t.String({ format: "uuid" }) });

export const NextRunsBody = t.Object({
  cron: t.String({ maxLength: 100 }),
  timeZone: t.String({ maxLength: 64 }),
  until: t.Optional(t.String({ format: "date-time" })),
});
export type NextRunsBody = Static<typeof NextRunsBody>;
export const NextRuns = t.Object({ runs: t.Array(t.String()) });
export type NextRuns = Static<typeof NextRuns>;

export const PlanRun = t.Object({
  id: t.String(),
  state: oneOf(broadcastStates),
  /** The moment of the plan that it stands for. */
  runAt: t.String(),
  startedAt: t.Nullable(t.String()),
  total: t.Number(),
  sent: t.Number(),
  clicked: t.Number(),
});
export const Plan = t.Object({
  broadcastId: t.String(),
  state: oneOf(broadcastStates),
  /** Why it paused by itself, as a sentence. */
  reason: t.Nullable(t.String()),
  timeZone: t.String(),
  cron: t.String(),
  until: t.Nullable(t.String()),
  /** The next five; none when it is paused or over. */
  next: t.Array(t.String()),
  /** The last fifty, newest first. */
  runs: t.Array(PlanRun),
});
export type Plan = Static<typeof Plan>;
