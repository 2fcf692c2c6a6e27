/** Plans: broadcasts that go out again and again. */
import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { isTimeZone, recordAudit } from "@backend/modules/identity/index.ts";
import type { Schedule } from "../contracts.ts";
import { cronProblem, nextRuns } from "../domain/cron.ts";
import { nextRunOf } from "../domain/schedule.ts";
import { broadcastNotFound } from "../errors.ts";
import { type Broadcast, findOwnBroadcast, lockOwnBroadcast, updateBroadcast } from "../queries.ts";
import type { NextRuns, NextRunsBody, Plan } from "../schedule-contracts.ts";
import { listRunsOf } from "../schedule-queries.ts";
import { cronInvalid, notAPlan, planIsOver, timeZoneUnknown } from "../timing-errors.ts";

const shownNext = 5;
const shownRuns = 50;

type CronSchedule = Extract<Schedule, { kind: "cron" }>;

/** Refuses a schedule that cannot be followed: for whoever saves one. */
export function assertSchedule(schedule: Schedule, now: Date): void {
  if (schedule.kind !== "cron") return;
  if (!isTimeZone(schedule.timeZone)) throw timeZoneUnknown();
  const problem = cronProblem(schedule.cron, now);
  if (problem !== null) throw cronInvalid(problem);
}

/** What launching a plan writes: it is due with its first run after now. Refuses a line that cannot be followed, or is over. */
export function planValues(schedule: CronSchedule, now: Date): Pick<Broadcast, "kind" | "state" | "runAt"> {
  assertSchedule(schedule, now);
  const runAt = nextRunOf(schedule, now);
  if (runAt === null) throw planIsOver();
  return { kind: "recurring", state: "scheduled", runAt };
}

const upTo = (until: string | undefined, runs: readonly Date[]): string[] =>
  runs.filter((run) => until === undefined || run <= new Date(until)).map((run) => run.toISOString());

/** The moments that a line names, before it is saved. */
export async function previewNextRuns(ctx: ActionContext, input: NextRunsBody): Promise<NextRuns> {
  assertSchedule({ kind: "cron", ...input }, ctx.now);
  return { runs: upTo(input.until, nextRuns(input.cron, input.timeZone, ctx.now, shownNext)) };
}

function planOf(row: Broadcast | null): { row: Broadcast; schedule: CronSchedule } {
  if (!row) throw broadcastNotFound();
  const { schedule } = row;
  if (row.kind !== "recurring" || schedule.kind !== "cron") throw notAPlan();
  return { row, schedule };
}

export async function readPlan(ctx: ActionContext, input: { broadcastId: string }): Promise<Plan> {
  const { row, schedule } = planOf(await findOwnBroadcast(ctx.db, ctx.actor.workspaceId, input.broadcastId));
  const { cron, timeZone, until } = schedule;
  const further = row.runAt === null ? [] : nextRuns(cron, timeZone, row.runAt, shownNext - 1);
  const runs = await listRunsOf(ctx.db, row.id, shownRuns);
  return {
    broadcastId: row.id,
    state: row.state,
    reason: row.stateReason === null ? null : (translator(ctx.actor.locale).find(row.stateReason) ?? null),
    cron,
    timeZone,
    until: until ?? null,
    next: row.state === "scheduled" && row.runAt !== null ? upTo(until, [row.runAt, ...further]) : [],
    runs: runs.map((run) => ({
      id: run.id,
      state: run.state,
      runAt: (run.runAt ?? run.createdAt).toISOString(),
      startedAt: run.startedAt?.toISOString() ?? null,
      total: run.total,
      sent: run.sent,
      clicked: run.clicked,
    })),
  };
}

/** One step of a plan's life, under its lock, with its trace. */
function changePlan(
  outer: ActionContext,
  broadcastId: string,
  action: "paused" | "resumed" | "stopped",
  change: (plan: { row: Broadcast; schedule: CronSchedule }) => Partial<Broadcast> | null,
): Promise<Plan> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const plan = planOf(await lockOwnBroadcast(ctx.db, workspaceId, broadcastId));
    const values = change(plan);
    if (values !== null) {
      await updateBroadcast(ctx.db, broadcastId, values);
      await recordAudit(ctx, {
        action: `broadcast.plan_${action}`,
        subjectKind: "broadcast",
        subjectId: broadcastId,
        before: { state: plan.row.state },
        after: { state: values.state },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: broadcastId });
    }
    return readPlan(ctx, { broadcastId });
  });
}

/** Asked again it changes nothing. Runs that have begun go on: they are broadcasts of their own. */
export const pausePlan = (ctx: ActionContext, input: { broadcastId: string }): Promise<Plan> =>
  changePlan(ctx, input.broadcastId, "paused", ({ row }) => {
    if (row.state === "paused") return null;
    if (row.state !== "scheduled") throw planIsOver();
    return { state: "paused", stateReason: null, pausedAt: ctx.now };
  });

/** Goes on with the first run after now; what the pause left out stays left out. Whoever resumes it answers for it from then on. */
export const resumePlan = (ctx: ActionContext, input: { broadcastId: string }): Promise<Plan> =>
  changePlan(ctx, input.broadcastId, "resumed", ({ row, schedule }) => {
    if (row.state === "scheduled") return null;
    if (row.state !== "paused") throw planIsOver();
    return {
      ...planValues(schedule, ctx.now),
      stateReason: null,
      pausedAt: null,
      tries: 0,
      launchedBy: ctx.actor.kind === "person" ? ctx.actor.personId : null,
    };
  });

/** For good: its runs and their results stay. */
export const stopPlan = (ctx: ActionContext, input: { broadcastId: string }): Promise<Plan> =>
  changePlan(ctx, input.broadcastId, "stopped", ({ row }) => {
    if (row.state === "cancelled") return null;
    if (row.state !== "scheduled" && row.state !== "paused") throw planIsOver();
    return { state: "cancelled", stateReason: null, runAt: null, finishedAt: ctx.now };
  });
