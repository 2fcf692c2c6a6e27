import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import {
  holdersOf,
  permissionsOf,
  recipientsOf,
  recordAudit,
  roleOfPerson,
  timeZoneOfWorkspace,
} from "@backend/modules/identity/index.ts";
import { findOwnChats } from "@backend/modules/messaging/index.ts";
import { startOf } from "../domain/start.ts";
import { beginSending, planRest } from "../engine/begin.ts";
import { type Problem, readinessOf } from "../engine/check.ts";
import { waitsForWinner } from "../engine/finish.ts";
import { move } from "../engine/move.ts";
import { tell } from "../engine/tell.ts";
import type { BroadcastContract } from "../engine-contracts.ts";
import { isAPlan, notADraft, notReady, notScheduled, standstill } from "../errors.ts";
import { assertFourEyes } from "../four-eyes.ts";
import { launchDueJob } from "../jobs.ts";
import type { BroadcastsPorts } from "../ports.ts";
import { type Broadcast, lockOwnBroadcast, resetWalk, updateBroadcast } from "../queries.ts";
import { assertSeen, changeOwn, personOf } from "./own-broadcast.ts";
import { planValues } from "./plans.ts";

type Ctx = ActionContext<BroadcastsPorts>;

/**
 * Lets a draft go: now, or at its time. Pressed twice, from any number of devices, it is one run: the second press finds it gone.
 * Throws broadcasts.not_a_draft, broadcasts.draft_changed when somebody changed what the caller read, the code of the first problem in
 * its way, and broadcasts.needs_… where two people are needed.
 */
export function launchBroadcast(
  outer: Ctx,
  input: { broadcastId: string; seenAt?: string },
): Promise<BroadcastContract> {
  return changeOwn(outer, input.broadcastId, async (ctx, row) => {
    if (row.state === "sending" || row.state === "scheduled") return [row, null];
    if (row.state !== "draft") throw notADraft();
    assertSeen(row, input.seenAt);
    await assertFourEyes(ctx, row);
    const readiness = await readinessOf(ctx, row);
    const [problem] = readiness.problems;
    if (problem) throw notReady(problem);
    const launched = { launchedBy: personOf(ctx), launchedAt: ctx.now };
    if (row.schedule.kind === "cron") {
      const plan = await move(ctx, row, { ...launched, ...planValues(row.schedule, ctx.now) });
      return [plan, { action: "broadcast.scheduled", after: { runAt: plan.runAt?.toISOString() ?? null } }];
    }
    const runAt = startOf(row.schedule, ctx.now);
    if (runAt === null) {
      const started = await beginSending(ctx, row, readiness, launched);
      return [started, { action: "broadcast.launched", after: { total: started.total } }];
    }
    const scheduled = await move(ctx, row, { ...launched, state: "scheduled", runAt });
    await enqueue(ctx.db, launchDueJob, { broadcastId: row.id, workspaceId: row.workspaceId }, { runAt });
    return [scheduled, { action: "broadcast.scheduled", after: { runAt: runAt.toISOString() } }];
  });
}

/** Takes it off its schedule; it is a draft again. Throws broadcasts.not_scheduled. */
export function unscheduleBroadcast(outer: Ctx, input: { broadcastId: string }): Promise<BroadcastContract> {
  return changeOwn(outer, input.broadcastId, async (ctx, row) => {
    if (row.state === "draft") return [row, null];
    if (row.state !== "scheduled") throw notScheduled();
    if (row.kind === "recurring") throw isAPlan();
    const draft = await move(ctx, row, {
      state: "draft",
      runAt: null,
      launchedBy: null,
      launchedAt: null,
      requestedBy: null,
      requestedAt: null,
    });
    return [draft, { action: "broadcast.unscheduled" }];
  });
}

/** Whoever let it go may still do so. A program's key is not asked again: it acts for the workspace, not for one person. */
export async function mayStillSend(ctx: Ctx, { workspaceId, launchedBy }: Broadcast): Promise<boolean> {
  if (launchedBy === null) return true;
  const person = (await recipientsOf(ctx.db, workspaceId, [launchedBy])).get(launchedBy);
  if (!person || person.isBarred) return false;
  return permissionsOf(await roleOfPerson(ctx.db, workspaceId, launchedBy)).has("broadcasts.send");
}

/**
 * The job: a scheduled broadcast whose time has come is looked at as if its button were pressed now. Where it may not go out any
 * more it fails with the reason, and whoever launched it and the owners hear of it. Of two at once the second finds it gone.
 */
export function launchDue(outer: Ctx, input: { broadcastId: string; workspaceId: string }): Promise<void> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, broadcastId } = input;
    const row = await lockOwnBroadcast(ctx.db, workspaceId, broadcastId);
    if (row?.state !== "scheduled" || row.kind === "recurring" || row.runAt === null || row.runAt > ctx.now) return;
    await startOrFail(ctx, row, await mayStillSend(ctx, row));
    await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: broadcastId });
  });
}

/** A run that a plan has just made, in the caller's transaction. One that is on its way or has ended stays as it is. */
export async function startRun(ctx: Ctx, input: { workspaceId: string; broadcastId: string }): Promise<void> {
  const row = await lockOwnBroadcast(ctx.db, input.workspaceId, input.broadcastId);
  if (row?.state === "scheduled") await startOrFail(ctx, row, true);
}

async function startOrFail(ctx: Ctx, row: Broadcast, isAllowed: boolean): Promise<void> {
  // Its moment is now: that it has come is no reason against it.
  const due: Broadcast = row.schedule.kind === "local" ? row : { ...row, schedule: { kind: "now" } };
  const readiness = await readinessOf(ctx, due);
  const problem = isAllowed ? readiness.problems[0] : { code: standstill.lostRight };
  if (problem === undefined) await beginSending(ctx, due, readiness, { launchedAt: row.launchedAt ?? ctx.now });
  else await failDue(ctx, row, problem);
  await traceStart(ctx, row, problem?.code);
}

/** Every try to begin it threw: it has failed, for a person to copy once it is mended. */
export async function failPoisoned(ctx: Ctx, input: { broadcastId: string; workspaceId: string }): Promise<void> {
  const row = await lockOwnBroadcast(ctx.db, input.workspaceId, input.broadcastId);
  if (row?.state !== "scheduled" || row.kind === "recurring") return;
  await failDue(ctx, row, { code: standstill.notBegun });
  await traceStart(ctx, row, standstill.notBegun);
  await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "broadcasts", id: row.id });
}

const traceStart = (ctx: Ctx, row: Broadcast, reason: string | undefined) =>
  recordAudit(ctx, {
    action: reason === undefined ? "broadcast.launched" : "broadcast.failed",
    subjectKind: "broadcast",
    subjectId: row.id,
    ...(reason === undefined ? {} : { after: { reason } }),
  });

/** The row keeps a code alone: of what is told with figures or names it keeps that a copy's check says it. */
async function failDue(
  ctx: Ctx,
  row: Broadcast,
  { code, params = {} }: Pick<Problem, "code" | "params">,
): Promise<void> {
  const stateReason = Object.keys(params).length === 0 ? code : standstill.wasBroken;
  await move(ctx, row, { state: "failed", stateReason, finishedAt: ctx.now });
  const owners = await holdersOf(ctx.db, row.workspaceId, "workspace.manage");
  await tell(ctx, row, [row.launchedBy, ...owners], "failed", (t) => ({
    title: t("broadcasts.news.not_started", { name: row.name }),
    lines: [t.find(code, params) ?? code],
  }));
}

/**
 * An experiment's winner is known: everybody who was not in the sample gets it, the groups too. Nothing happens a second time, and
 * nothing to a broadcast that has ended.
 */
export function beginPhaseTwo(
  outer: Ctx,
  input: { workspaceId: string; broadcastId: string; winner: string },
): Promise<boolean> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, broadcastId, winner } = input;
    const row = await lockOwnBroadcast(ctx.db, workspaceId, broadcastId);
    if (!row || !(row.state === "sending" || row.state === "paused") || !waitsForWinner(row)) return false;
    if (!row.variants.some(({ key }) => key === winner)) return false;
    const next = await updateBroadcast(ctx.db, row.id, { phase: 2, winner, decidedAt: ctx.now });
    await resetWalk(ctx.db, row.id);
    const chats = await findOwnChats(ctx.db, workspaceId, row.chatIds);
    await planRest(ctx, next, chats, await timeZoneOfWorkspace(ctx.db, workspaceId));
    await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: row.id });
    return true;
  });
}
