import { pause } from "@backend/kit/clock.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { settingAside } from "@backend/kit/set-aside.ts";
import { isTrackerProblem, openTracker, type TrackerProblem } from "@backend/modules/conversions/index.ts";
import { sameParts } from "../domain/drift.ts";
import { followDrafts } from "../draft-follow.ts";
import { pushProblems } from "../errors.ts";
import { pushFlowJob } from "../flow-jobs.ts";
import { whyReadOnly } from "../flow-present.ts";
import {
  deleteDraft,
  deleteOldPushes,
  type FlowWithCampaign,
  findDraft,
  findOwnFlow,
  findOwnPush,
  listForsakenPushes,
  lockOwnFlow,
  type PushRow,
  renewDraft,
  updateFlow,
  updateOpenPush,
} from "../flow-queries.ts";
import { changedParts, type FlowParts, partsOf, pinsIn, rowsOfDraft } from "../flow-rows.ts";
import { storeFlows } from "../flow-store.ts";
import type { CampaignsPorts, TrackerAccess, TrackerFlow } from "../ports.ts";
import { draftTowards } from "./edit-draft.ts";
import { clockFrom, tellScreens } from "./own-flow.ts";
import { tellDrift } from "./tell-drift.ts";

type Ctx = ActionContext<Pick<CampaignsPorts, "vault" | "trackerCampaigns">>;

/** How long a tracker that fails is asked again: somebody waits for this. */
const patienceMs = 60_000;
const pauseMs = 4_000;
const sweepAfterMs = 60_000;
const sweptAtOnce = 500;
/** As long a push can be undone. */
const keepMs = 180 * 86_400_000;
const breathMs = 20;
const slicesAtMost = 5_000;

interface Pushing extends FlowWithCampaign {
  push: PushRow;
  /** The time as it goes on. */
  clock: () => Date;
}

/** What a tracker was found to have, and when it was asked. */
interface Seen {
  flow: TrackerFlow;
  readAt: Date;
}

/**
 * The job: one push, or as much of it as the tracker lets through. It reads first and decides by what it finds alone, so it can be
 * killed anywhere and begun anew. What the tracker has is
 * - what was wanted: done, and nothing is written. A lost answer was a success.
 * - what the draft began from, or what was read before an earlier try: written, once, and read back.
 * - anything else, before a write: somebody was faster. A conflict; nothing is written.
 * - anything else, after one: not what was sent. Failed, and the draft goes on from what the tracker has now.
 * No transaction is open while the tracker is asked.
 */
export async function pushFlow(
  ctx: Ctx,
  input: { workspaceId: string; flowId: string; pushId: string },
): Promise<void> {
  const push = await findOwnPush(ctx.db, input.workspaceId, input.pushId);
  const found = await findOwnFlow(ctx.db, input.workspaceId, input.flowId);
  if (!push || !found || (push.state !== "waiting" && push.state !== "writing")) return;
  const pushing = { ...found, push, clock: clockFrom(ctx.now) };
  try {
    await attempt(ctx, pushing);
  } catch (error) {
    if (!(error instanceof IntegrationError)) throw error;
    ctx.log.warn({ err: error, flowId: input.flowId }, "a push could not be brought out");
    await againOrNot(ctx, pushing, error);
  }
}

/** The job `campaigns.push-flow`: a push that fails here every time ends with that. What the tracker has is read by the next look at it. */
export const pushFlowOrFail = settingAside(pushFlow, {
  work: "campaigns.push-flow",
  subjectOf: ({ pushId }) => pushId,
  async giveUp(ctx: Ctx, input) {
    const push = await findOwnPush(ctx.db, input.workspaceId, input.pushId);
    const found = await findOwnFlow(ctx.db, input.workspaceId, input.flowId);
    if (push && found) await fail(ctx, { ...found, push, clock: clockFrom(ctx.now) }, pushProblems.stumbled, null);
  },
});

async function attempt(ctx: Ctx, pushing: Pushing): Promise<void> {
  const { push, campaign } = pushing;
  const access = await openTracker(ctx, campaign.connectionId);
  if (!access) return fail(ctx, pushing, pushProblems.noTracker, null);
  const seen = await look(ctx, access, pushing);
  if (!seen) return vanish(ctx, pushing);
  if (sameParts(seen.flow, push.target)) return succeed(ctx, pushing, push.before ?? partsOf(seen.flow), seen);
  const isWritten = push.writtenAt !== null;
  if (!sameParts(seen.flow, push.before ?? push.base))
    return isWritten ? fail(ctx, pushing, pushProblems.notAsSent, seen) : collide(ctx, pushing, seen);
  const readOnly = whyReadOnly({ ...seen.flow, goneAt: null }, campaign);
  if (readOnly !== null) return fail(ctx, pushing, readOnly, seen);

  const before = partsOf(seen.flow);
  const isMine = await updateOpenPush(ctx.db, push.id, { state: "writing", before, writtenAt: pushing.clock() });
  if (!isMine) return;
  await tellScreens(ctx, pushing.flow.id);
  killPoint("campaigns.push-marked");
  const refusal = await write(ctx, access, pushing);
  killPoint("campaigns.push-written");

  const after = await look(ctx, access, pushing);
  killPoint("campaigns.push-read-back");
  if (!after) return vanish(ctx, pushing);
  if (sameParts(after.flow, push.target)) return succeed(ctx, pushing, before, after);
  // Nothing came of it: the tracker said why, and is asked again where that may help.
  if (refusal && sameParts(after.flow, before)) throw refusal;
  return fail(ctx, pushing, pushProblems.notAsSent, after);
}

async function look(ctx: Ctx, access: TrackerAccess, { flow, clock }: Pushing): Promise<Seen | null> {
  const readAt = clock();
  const read = await ctx.ports.trackerCampaigns.readFlow(access, flow.ref);
  return read && { flow: read, readAt };
}

/** Once, and only what changes. A failure is no proof that nothing was written: the caller reads, and decides by that. */
async function write(ctx: Ctx, access: TrackerAccess, { push, flow }: Pushing): Promise<IntegrationError | null> {
  const { base, target } = push;
  const parts = Object.fromEntries(changedParts(base, target).map((part) => [part, target[part]]));
  try {
    await ctx.ports.trackerCampaigns.writeShares(access, flow.ref, parts);
    return null;
  } catch (error) {
    if (error instanceof IntegrationError) return error;
    throw error;
  }
}

async function againOrNot(ctx: Ctx, pushing: Pushing, error: IntegrationError): Promise<void> {
  const { push, campaign, clock } = pushing;
  const { retryable, retryAfterMs = 0, problem } = error.options;
  const runAt = new Date(clock().getTime() + Math.max(pauseMs, retryAfterMs));
  if (retryable && runAt.getTime() - push.createdAt.getTime() < patienceMs) {
    const { workspaceId, flowId, id: pushId } = push;
    const { connectionId } = campaign;
    return enqueue(ctx.db, pushFlowJob, { workspaceId, flowId, pushId, connectionId }, { runAt });
  }
  return fail(ctx, pushing, sentenceOf(isTrackerProblem(problem) ? problem : "failing"), null);
}

/** Two of a tracker's refusals mean something else where shares are written than where a log is read. */
const sentenceOf = (problem: TrackerProblem) =>
  problem === "not_allowed" || problem === "request_refused" ? pushProblems[problem] : `conversions.tracker.${problem}`;

// ── How it ends ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Ends the push in one transaction with what follows from it; nothing, when it has ended meanwhile. */
function end(
  ctx: Ctx,
  { push, flow, clock }: Pushing,
  values: Parameters<typeof updateOpenPush>[2],
  then: (tx: Ctx, ended: FlowWithCampaign) => Promise<void>,
): Promise<void> {
  return inTransaction(ctx, async (tx) => {
    const ended = await lockOwnFlow(tx.db, push.workspaceId, flow.id);
    if (!ended || !(await updateOpenPush(tx.db, push.id, { finishedAt: clock(), ...values }))) return;
    await then(tx, ended);
    await tellScreens(tx, flow.id);
  });
}

/** What ends a push is the newest reading, whatever the clocks of two machines make of it. */
const store = ({ db }: Ctx, { flow, campaign }: FlowWithCampaign, seen: Seen, isOwnPush: boolean) => {
  const readAt = new Date(Math.max(seen.readAt.getTime(), isOwnPush ? flow.readAt.getTime() : 0));
  return storeFlows(db, [{ campaign, flows: [seen.flow] }], { readAt, isWhole: false, isOwnPush });
};

/** The draft is what the tracker has now, so it ends; its pins stay. To a draft beside an undo the flow has changed, as by anybody. */
function succeed(ctx: Ctx, pushing: Pushing, before: FlowParts, seen: Seen): Promise<void> {
  const values = { state: "done", before, after: partsOf(seen.flow), problem: null } as const;
  return end(ctx, pushing, values, async (tx, ended) => {
    const { flow } = ended;
    await store(tx, ended, seen, true);
    if (pushing.push.undoes !== null) {
      await followDrafts(tx.db, [flow.id], pushing.clock());
      return;
    }
    const draft = await findDraft(tx.db, flow.id);
    if (!draft) return;
    await updateFlow(tx.db, flow.id, { pins: pinsIn(rowsOfDraft(draft)) });
    await deleteDraft(tx.db, flow.id);
  });
}

/** Somebody changed the flow in the tracker meanwhile: both versions are kept, for people to decide. */
function collide(ctx: Ctx, pushing: Pushing, seen: Seen): Promise<void> {
  const values = { state: "conflict", before: partsOf(seen.flow), problem: pushProblems.changedMeanwhile } as const;
  return end(ctx, pushing, values, async (tx, ended) => {
    await tellDrift(tx, ended.campaign.connectionId, await store(tx, ended, seen, false));
    await keepUndo(tx, pushing, ended.flow, pushing.push.base);
  });
}

/** `seen`: what the tracker has after a write that did not do what it should; its draft goes on from there. Null: not known. */
function fail(ctx: Ctx, pushing: Pushing, problem: string, seen: Seen | null): Promise<void> {
  const after = seen && partsOf(seen.flow);
  return end(ctx, pushing, { state: "failed", after, problem }, async (tx, ended) => {
    if (!seen || !after) return;
    const { flow } = ended;
    await store(tx, ended, seen, true);
    if (pushing.push.undoes === null) return renewDraft(tx.db, flow.id, after);
    await followDrafts(tx.db, [flow.id], pushing.clock());
    await keepUndo(tx, pushing, flow, after);
  });
}

/** The tracker has no such flow any more. */
function vanish(ctx: Ctx, pushing: Pushing): Promise<void> {
  return end(ctx, pushing, { state: "failed", problem: pushProblems.flowGone }, (tx, { flow }) =>
    updateFlow(tx.db, flow.id, { goneAt: flow.goneAt ?? pushing.clock() }),
  );
}

/** An undo that did not end well becomes a draft, unless there is one: people decide about it row by row, as about any other. */
async function keepUndo(ctx: Ctx, { push }: Pushing, flow: FlowWithCampaign["flow"], base: FlowParts): Promise<void> {
  if (push.undoes === null || (await findDraft(ctx.db, flow.id))) return;
  await draftTowards(ctx, flow, base, push.target);
}

// ── Schedules ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Every five minutes: a push that lost its job goes on; it reads first, as always. */
export async function sweepPushes(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const forsaken = await listForsakenPushes(ctx.db, new Date(ctx.now.getTime() - sweepAfterMs), sweptAtOnce);
  for (const push of forsaken) await enqueue(ctx.db, pushFlowJob, push);
}

/** The nightly job: a push can be undone as long as its snapshots are kept. Safe to stop at any moment and to run twice. */
export async function forgetPushes(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const before = new Date(ctx.now.getTime() - keepMs);
  for (let n = 0; n < slicesAtMost && (await deleteOldPushes(ctx.db, before)) > 0; n++) await pause(breathMs);
}
