import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { personRefsOf, recordAudit } from "@backend/modules/identity/index.ts";
import { problemsOf, totalOf } from "../domain/shares.ts";
import { noneLeft, nothingPushed, pushNotFound, shareNotWhole, snapshotGone, sumNot100, thingGone } from "../errors.ts";
import type { DraftVersion, Flow, PartName, Push } from "../flow-contracts.ts";
import { pushFlowJob } from "../flow-jobs.ts";
import { canUndo, presentPush } from "../flow-present.ts";
import {
  findOwnPush,
  findThings,
  insertPush,
  isThere,
  kindOfPart,
  listPushesOf,
  markPushesSeen,
  type PushRow,
} from "../flow-queries.ts";
import { changedParts, rowsOfDraft, unpinned } from "../flow-rows.ts";
import { requireDraft } from "./edit-draft.ts";
import { lockForChange, type SeenFlow, seeFlow, showFlow, tellScreens } from "./own-flow.ts";

const shownAtMost = 50;

/**
 * Lets a draft go out. What it would leave behind is looked at first: shares that do not come to 100 and a flow that would send its
 * visitors nowhere are refused with the reason. Whether the tracker still has what the draft began from, the push finds out.
 */
export function requestPush(outer: ActionContext, input: DraftVersion & { flowId: string }): Promise<Flow> {
  return inTransaction(outer, async (ctx) => {
    await pushDraft(ctx, input);
    return showFlow(ctx, input.flowId);
  });
}

/** One of many. */
export const pushOneOfMany = (outer: ActionContext, input: DraftVersion & { flowId: string }): Promise<void> =>
  inTransaction(outer, (ctx) => pushDraft(ctx, input));

async function pushDraft(ctx: ActionContext, input: DraftVersion & { flowId: string }): Promise<void> {
  const found = await lockForChange(ctx, input.flowId);
  const draft = await requireDraft(ctx, input);
  await begin(ctx, found, { base: draft.base, target: unpinned(rowsOfDraft(draft)), undoes: null });
}

/** Puts back what the tracker had before a push, the way every push goes: where it has moved on since, that is a conflict. */
export function undoPush(outer: ActionContext, input: { flowId: string; pushId: string }): Promise<Flow> {
  return inTransaction(outer, async (ctx) => {
    const found = await lockForChange(ctx, input.flowId);
    const push = await findOwnPush(ctx.db, ctx.actor.workspaceId, input.pushId);
    if (push && push.flowId !== input.flowId) throw pushNotFound();
    // Pushes leave with their snapshots when they are too old.
    if (!push) throw snapshotGone();
    if (!canUndo(push) || push.before === null || push.after === null) throw nothingPushed();
    await begin(ctx, found, { base: push.after, target: push.before, undoes: push.id });
    return showFlow(ctx, input.flowId);
  });
}

/** Newest first, as far as snapshots are kept. */
export async function listPushes(ctx: ActionContext, input: { flowId: string }): Promise<{ items: Push[] }> {
  await seeFlow(ctx, input.flowId);
  const rows = await listPushesOf(ctx.db, input.flowId, shownAtMost);
  const personIds = [...new Set(rows.map((row) => row.requestedBy).filter((id) => id !== null))];
  const people = await personRefsOf(ctx.db, ctx.actor.workspaceId, personIds);
  const nameOf = ({ requestedBy }: PushRow) => (requestedBy === null ? null : (people.get(requestedBy)?.name ?? null));
  return { items: rows.map((row) => presentPush(row, nameOf(row), ctx.actor.locale)) };
}

/** Writes the push and its job in the caller's transaction, and the trace of who asked for it. */
async function begin(
  ctx: ActionContext,
  { flow, campaign }: SeenFlow,
  push: Pick<PushRow, "base" | "target" | "undoes">,
): Promise<void> {
  for (const part of changedParts(push.base, push.target)) await assertSound(ctx, campaign.connectionId, part, push);
  await markPushesSeen(ctx.db, flow.id, ctx.now);
  const { workspaceId, id: flowId } = flow;
  const row = await insertPush(ctx.db, {
    ...push,
    workspaceId,
    flowId,
    requestedBy: ctx.actor.kind === "person" ? ctx.actor.personId : null,
    createdAt: ctx.now,
  });
  await enqueue(ctx.db, pushFlowJob, { workspaceId, flowId, pushId: row.id, connectionId: campaign.connectionId });
  await recordAudit(ctx, {
    action: push.undoes === null ? "flow.push-requested" : "flow.undo-requested",
    subjectKind: "flow",
    subjectId: flowId,
    before: { ...push.base },
    after: { ...push.target, push: row.id, ...(push.undoes === null ? {} : { undoes: push.undoes }) },
  });
  await tellScreens(ctx, flowId);
}

/**
 * An undo may put back what broke the rules before: it is the tracker's own earlier state. Only what is known to be gone is refused:
 * a restricted key does not see all that a flow holds, and what it does not see goes back untouched.
 */
async function assertSound(
  ctx: ActionContext,
  connectionId: string,
  part: PartName,
  { base, target, undoes }: Pick<PushRow, "base" | "target" | "undoes">,
): Promise<void> {
  const rows = target[part];
  if (undoes === null) {
    const problems = problemsOf(rows);
    // A flow whose offers are gone has nowhere to send its visitors: the tracker would take it and say nothing. A flow without
    // landings leads to its offers.
    const isEmptied = problems.includes("none_active") || (part === "offers" && rows.length === 0);
    if (isEmptied && base[part].length > 0) throw noneLeft(part);
    if (problems.includes("not_whole")) throw shareNotWhole();
    if (problems.includes("sum_not_100")) throw sumNot100(totalOf(rows));
  }
  const added = rows.map(({ id }) => id).filter((id) => !base[part].some((row) => row.id === id));
  const things = await findThings(ctx.db, connectionId, kindOfPart[part], added);
  for (const thing of things.values()) if (!isThere(thing)) throw thingGone(part, thing.name);
}
