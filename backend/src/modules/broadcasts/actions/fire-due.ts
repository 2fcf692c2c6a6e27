/** The job of every minute: what is scheduled starts, and plans make their runs. */
import { type ActionContext, inTransaction, systemActor } from "@backend/kit/context.ts";
import { isDatabaseAway } from "@backend/kit/http.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import { permissionsOf, recipientsOf, roleOfPerson } from "@backend/modules/identity/index.ts";
import type { Schedule } from "../contracts.ts";
import { type Firing, fire } from "../domain/schedule.ts";
import { startRun } from "../engine-doors.ts";
import { type BroadcastRow, countTry, insertRun, lockDue, updateBroadcast } from "../schedule-queries.ts";
import { type TellPorts, tellPeople } from "../schedule-tell.ts";

/** After so many failed starts in a row it is set aside, with its reason, and its people are told. */
const triesAtMost = 5;
/** Of one firing of the job: what is left is taken by the next. */
const firedAtMost = 500;

type Halt = "launcher" | "bots" | "failed";

/** One after another, each in a transaction of its own: what one stumbles over does not keep the others. */
export async function fireDue(ctx: ActionContext<TellPorts>, _: Record<string, never>): Promise<void> {
  const stumbled: string[] = [];
  for (let count = 0; count < firedAtMost; count++) {
    let due: BroadcastRow | null = null;
    try {
      await inTransaction(ctx, async (inner) => {
        due = await lockDue(inner.db, inner.now, stumbled);
        if (due !== null) await fireOne({ ...inner, actor: systemActor(due.workspaceId) }, due);
      });
      if (due === null) return;
    } catch (error) {
      const failed = due as BroadcastRow | null;
      if (failed === null || isDatabaseAway(error)) throw error;
      ctx.log.error({ err: error, broadcastId: failed.id }, "a scheduled broadcast could not be started");
      stumbled.push(failed.id);
      await noteFailure(ctx, failed);
    }
  }
}

async function fireOne(ctx: ActionContext<TellPorts>, due: BroadcastRow): Promise<void> {
  const halt = await whyNot(ctx, due);
  if (halt !== null) return setAside(ctx, due, halt);
  if (due.kind === "recurring") return makeRun(ctx, due);
  await startRun(ctx, { broadcastId: due.id });
  await updateBroadcast(ctx.db, due.id, { tries: 0 });
  await tellScreens(ctx, due);
}

/**
 * The run and the plan's next moment are one transaction; the run is then due itself and starts like any broadcast. A process that
 * dies before the commit has done nothing, one that dies after it leaves a run that anybody starts.
 */
async function makeRun(ctx: ActionContext<TellPorts>, plan: BroadcastRow): Promise<void> {
  const schedule = plan.schedule as Schedule;
  if (schedule.kind !== "cron" || plan.runAt === null) throw new Error("a plan without a cron line or a moment");
  const firing = fire(schedule, plan.runAt, ctx.now);
  if (firing.run !== null)
    await insertRun(ctx.db, plan, firing.run, crypto.getRandomValues(new Uint32Array(1))[0] ?? 0);
  killPoint("broadcasts.run-made");
  await updateBroadcast(ctx.db, plan.id, {
    tries: 0,
    runAt: firing.next,
    ...(firing.next === null ? { state: "sent" as const, finishedAt: ctx.now } : {}),
  });
  if (firing.missed > 0) await tellMissed(ctx, plan, firing);
  await tellScreens(ctx, plan);
}

const tellMissed = (ctx: ActionContext<TellPorts>, plan: BroadcastRow, { missed, next }: Firing) =>
  tellPeople(
    ctx,
    {
      workspaceId: plan.workspaceId,
      personIds: [plan.launchedBy],
      broadcastId: plan.id,
      key: `plan-missed:${plan.id}:${next?.toISOString() ?? "end"}`,
    },
    (t) => t("sequences.told.missed", { name: plan.name, count: missed }),
  );

/** Whoever launched it must still be allowed to, and at least one of its bots must still be there. */
async function whyNot(ctx: ActionContext<TellPorts>, due: BroadcastRow): Promise<Halt | null> {
  // Launched by a program: there is no person to ask about.
  if (due.launchedBy !== null) {
    const role = await roleOfPerson(ctx.db, due.workspaceId, due.launchedBy);
    const person = (await recipientsOf(ctx.db, due.workspaceId, [due.launchedBy])).get(due.launchedBy);
    if (!permissionsOf(role).has("broadcasts.send") || !person || person.isBarred) return "launcher";
  }
  if (due.botIds.length === 0) return null;
  for (const botId of due.botIds) {
    const bot = await findBotById(ctx.db, botId);
    if (bot?.workspaceId === due.workspaceId && bot.state === "active" && bot.releasedAt === null) return null;
  }
  return "bots";
}

/** A plan pauses; a broadcast of its own becomes a draft again, which somebody may launch anew; a run has failed. */
async function setAside(ctx: ActionContext<TellPorts>, due: BroadcastRow, halt: Halt): Promise<void> {
  const reason = `sequences.halted.${halt}` as const;
  const state = due.kind === "recurring" ? "paused" : due.kind === "run" || halt === "failed" ? "failed" : "draft";
  await updateBroadcast(ctx.db, due.id, {
    state,
    stateReason: reason,
    tries: 0,
    ...(state === "paused" ? { pausedAt: ctx.now } : {}),
    ...(state === "failed" ? { finishedAt: ctx.now } : {}),
  });
  await tellPeople(
    ctx,
    {
      workspaceId: due.workspaceId,
      personIds: [due.launchedBy, due.createdBy],
      broadcastId: due.parentId ?? due.id,
      key: `halted:${due.id}:${due.runAt?.toISOString()}`,
    },
    (t) => t(`sequences.told.halted_${due.kind}`, { name: due.name, reason: t(reason) }),
  );
  await tellScreens(ctx, due);
}

function noteFailure(outer: ActionContext<TellPorts>, due: BroadcastRow): Promise<void> {
  return inTransaction({ ...outer, actor: systemActor(due.workspaceId) }, async (ctx) => {
    if ((await countTry(ctx.db, due.id)) >= triesAtMost) await setAside(ctx, due, "failed");
  });
}

const tellScreens = (ctx: ActionContext<TellPorts>, { workspaceId, id, parentId }: BroadcastRow) =>
  notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: parentId ?? id });
