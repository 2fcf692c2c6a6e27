/** The job of every minute: plans whose time has come make their runs. */
import { type ActionContext, inTransaction, systemActor } from "@backend/kit/context.ts";
import { isOutage, isPassing } from "@backend/kit/errors.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { stepOver, triesAtMost } from "@backend/kit/set-aside.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { holdersOf } from "@backend/modules/identity/index.ts";
import { type Firing, fire } from "../domain/schedule.ts";
import { tell } from "../engine/tell.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { type Broadcast, updateBroadcast } from "../queries.ts";
import { countTry, insertRun, lockDuePlan } from "../schedule-queries.ts";
import { mayStillSend, startRun } from "./launch-broadcast.ts";

/** Of one firing of the job: what is left is taken by the next. */
const firedAtMost = 500;

type Halt = "launcher" | "bots" | "failed";

/** One after another, each in a transaction of its own: what one stumbles over does not keep the others. */
export async function fireDue(ctx: ActionContext<BroadcastsPorts>, _: Record<string, never>): Promise<void> {
  const stumbled: string[] = [];
  for (let count = 0; count < firedAtMost; count++) {
    let due: Broadcast | null = null;
    try {
      await inTransaction(ctx, async (inner) => {
        due = await lockDuePlan(inner.db, inner.now, stumbled);
        if (due !== null) await fireOne({ ...inner, actor: systemActor(due.workspaceId) }, due);
      });
      if (due === null) return;
    } catch (error) {
      const failed = due as Broadcast | null;
      if (failed === null || isOutage(error)) throw error;
      ctx.log.error({ err: error, broadcastId: failed.id }, "a plan could not make its run");
      stumbled.push(failed.id);
      if (isPassing(error)) continue;
      await stepOver(ctx, { broadcastId: failed.id }, "a failed run could not be counted", () =>
        noteFailure(ctx, failed),
      );
    }
  }
}

/**
 * The run, its start and the plan's next moment are one transaction: a process that dies in it has done nothing, and the plan is due
 * for the next one.
 */
async function fireOne(ctx: ActionContext<BroadcastsPorts>, plan: Broadcast): Promise<void> {
  const { schedule } = plan;
  if (schedule.kind !== "cron" || plan.runAt === null) throw new Error("a plan without a cron line or a moment");
  const halt = await whyNot(ctx, plan);
  if (halt !== null) return setAside(ctx, plan, halt);
  const { workspaceId } = plan;
  const firing = fire(schedule, plan.runAt, ctx.now);
  if (firing.run !== null) {
    const broadcastId = await insertRun(ctx.db, plan, firing.run);
    killPoint("broadcasts.run-made");
    if (broadcastId !== null) await startRun(ctx, { workspaceId, broadcastId });
  }
  await updateBroadcast(ctx.db, plan.id, {
    tries: 0,
    runAt: firing.next,
    ...(firing.next === null ? { state: "sent" as const, finishedAt: ctx.now } : {}),
  });
  if (firing.missed > 0) await tellMissed(ctx, plan, firing);
  await tellScreens(ctx, plan);
}

const tellMissed = (ctx: ActionContext<BroadcastsPorts>, plan: Broadcast, { missed, next }: Firing) =>
  tell(ctx, plan, [plan.launchedBy], `plan-missed:${next?.toISOString() ?? "end"}`, (t) => ({
    lines: [t("sequences.told.missed", { name: plan.name, count: missed })],
  }));

/** Whoever launched it must still be allowed to, and at least one of its bots must still be there. */
async function whyNot(ctx: ActionContext<BroadcastsPorts>, plan: Broadcast): Promise<Halt | null> {
  if (!(await mayStillSend(ctx, plan))) return "launcher";
  if (plan.botIds.length === 0) return null;
  const bots = await listOwnBots(ctx.db, plan.workspaceId);
  return bots.some(({ id, state }) => state === "active" && plan.botIds.includes(id)) ? null : "bots";
}

/** It waits for somebody who may resume it, and its people hear why. */
async function setAside(ctx: ActionContext<BroadcastsPorts>, plan: Broadcast, halt: Halt): Promise<void> {
  const reason = `sequences.halted.${halt}` as const;
  await updateBroadcast(ctx.db, plan.id, { state: "paused", stateReason: reason, tries: 0, pausedAt: ctx.now });
  // Its launcher and its writer may both have left: somebody who can resume it must hear of it.
  const owners = await holdersOf(ctx.db, plan.workspaceId, "workspace.manage");
  await tell(
    ctx,
    plan,
    [plan.launchedBy, plan.createdBy, ...owners],
    `plan-halted:${plan.runAt?.toISOString()}`,
    (t) => ({
      lines: [t("sequences.told.halted", { name: plan.name, reason: t(reason) })],
    }),
  );
  await tellScreens(ctx, plan);
}

function noteFailure(outer: ActionContext<BroadcastsPorts>, plan: Broadcast): Promise<void> {
  return inTransaction({ ...outer, actor: systemActor(plan.workspaceId) }, async (ctx) => {
    if ((await countTry(ctx.db, plan.id)) >= triesAtMost) await setAside(ctx, plan, "failed");
  });
}

const tellScreens = (ctx: ActionContext<BroadcastsPorts>, { workspaceId, id }: Broadcast) =>
  notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id });
