import { isDeepStrictEqual } from "node:util";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { sameParts } from "../domain/drift.ts";
import { mergeChoice, rebalance, replaceRow, type ShareChange, type ShareRow } from "../domain/shares.ts";
import {
  alreadyThere,
  draftChanged,
  noDraft,
  nothingToChange,
  nothingToRedo,
  nothingToUndo,
  pushNotFound,
  sharesRefused,
  thingUnknown,
} from "../errors.ts";
import type { ChangeShares, DraftVersion, Flow, ManyChange, Resolve, Seen } from "../flow-contracts.ts";
import {
  type DraftRow,
  endDraft,
  type FlowRow,
  findDraft,
  findOwnPush,
  findThings,
  isThere,
  kindOfPart,
  markPushesSeen,
  type NewDraft,
  saveDraft,
  type ThingRow,
  updateFlow,
} from "../flow-queries.ts";
import { type DraftRows, eachPart, type FlowParts, partsOf, pinned, pinsIn, rowsOfDraft } from "../flow-rows.ts";
import { lockFlow, lockForChange, refuseWhilePushed, type SeenFlow, showFlow, tellScreens } from "./own-flow.ts";

type In<T> = T & { flowId: string };
type ChangeOfOne = ManyChange & DraftVersion;

/** Steps that can be undone; of more the oldest goes. */
const historyAtMost = 50;

/** What a flow's screen starts from: the draft as it stands, or the tracker's rows with the pins that are kept. */
export const currentRows = (flow: FlowRow, draft: DraftRow | null): DraftRows =>
  draft ? rowsOfDraft(draft) : pinned(flow, flow.pins);

/** Changes one share, and the others settle: the first such edit begins a draft from what the tracker has. */
export function changeShares(outer: ActionContext, input: In<ChangeShares>): Promise<Flow> {
  return inTransaction(outer, async (ctx) => {
    const found = await lockForChange(ctx, input.flowId);
    const draft = await draftOfVersion(ctx, input);
    await step(ctx, found, draft, await changedRows(ctx, found, currentRows(found.flow, draft), input));
    return showFlow(ctx, input.flowId);
  });
}

/** The same in one of many flows. Answers the version of the draft that is there then, or null. */
export function changeOneOfMany(outer: ActionContext, input: In<ChangeOfOne>): Promise<number | null> {
  return inTransaction(outer, async (ctx) => {
    const found = await lockForChange(ctx, input.flowId);
    const draft = await draftOfVersion(ctx, input);
    const before = currentRows(found.flow, draft);
    const after = await changedRows(ctx, found, before, input);
    if (isDeepStrictEqual(before, after)) throw nothingToChange();
    await step(ctx, found, draft, after);
    return (await findDraft(ctx.db, input.flowId))?.version ?? null;
  });
}

async function changedRows(
  ctx: ActionContext,
  { campaign }: Pick<SeenFlow, "campaign">,
  rows: DraftRows,
  input: ManyChange,
): Promise<DraftRows> {
  const things = await findThings(ctx.db, campaign.connectionId, kindOfPart[input.part], namedIn(input));
  return rowsAfter(rows, input, things);
}

/** Ids of offers or landings that a change may bring into a flow. */
export const namedIn = ({ change }: ManyChange): string[] =>
  change.kind === "add" ? change.ids : change.kind === "replace" ? [change.by] : [];

/**
 * The rows after a change; refuses what cannot be, and offers and landings that the tracker is not known to have: a tracker takes
 * any id, and traffic would go nowhere. `things`: what is known of those that the change names.
 */
export function rowsAfter(
  rows: DraftRows,
  { part, change }: ManyChange,
  things: ReadonlyMap<string, ThingRow>,
): DraftRows {
  const fresh = namedIn({ part, change }).filter((id) => !rows[part].some((row) => row.id === id));
  const unknown = fresh.find((id) => !isThere(things.get(id)));
  if (unknown !== undefined) throw thingUnknown(part, unknown);
  return { ...rows, [part]: change.kind === "replace" ? replaced(rows[part], change) : rebalanced(rows[part], change) };
}

function rebalanced(rows: readonly ShareRow[], change: ShareChange): ShareRow[] {
  const result = rebalance(rows, change);
  if (!result.ok) throw sharesRefused(result.problem, result.nearest);
  return result.rows;
}

function replaced(rows: readonly ShareRow[], { id, by }: { id: string; by: string }): ShareRow[] {
  const result = replaceRow(rows, id, by);
  if (result) return result;
  throw rows.some((row) => row.id === by) ? alreadyThere() : sharesRefused("no_such_row", null);
}

export function undoEdit(outer: ActionContext, input: In<DraftVersion>): Promise<Flow> {
  return walk(outer, input, -1);
}

export function redoEdit(outer: ActionContext, input: In<DraftVersion>): Promise<Flow> {
  return walk(outer, input, 1);
}

function walk(outer: ActionContext, input: In<DraftVersion>, by: 1 | -1): Promise<Flow> {
  return inTransaction(outer, async (ctx) => {
    const found = await lockForChange(ctx, input.flowId);
    const draft = await requireDraft(ctx, input);
    const cursor = draft.cursor + by;
    if (cursor < 0) throw nothingToUndo();
    if (cursor >= draft.history.length) throw nothingToRedo();
    const walked = { ...draft, cursor };
    await keep(ctx, found, walked);
    await notePins(ctx, input.flowId, rowsOfDraft(draft), rowsOfDraft(walked));
    return showFlow(ctx, input.flowId);
  });
}

/** Back to what the tracker has. Pins are again what they were before the draft. */
export function cancelDraft(outer: ActionContext, input: In<DraftVersion>): Promise<Flow> {
  return inTransaction(outer, async (ctx) => {
    // Also of a flow that is gone: its draft leads nowhere any more.
    await lockFlow(ctx, input.flowId);
    await refuseWhilePushed(ctx, input.flowId);
    const draft = await requireDraft(ctx, input);
    await endDraft(ctx.db, input.flowId, ctx.now);
    await recordAudit(ctx, {
      action: "flow.draft-cancelled",
      ...{ subjectKind: "flow", subjectId: input.flowId, before: { ...rowsOfDraft(draft) } },
    });
    await tellScreens(ctx, input.flowId);
    return showFlow(ctx, input.flowId);
  });
}

/**
 * Decides between two versions, row by row, and goes on from what the tracker has now. What has moved once more since it was shown
 * has given the draft another version, so that nobody decides about a state he did not see.
 */
export function rebaseDraft(outer: ActionContext, input: In<Resolve>): Promise<Flow> {
  return inTransaction(outer, async (ctx) => {
    const found = await lockForChange(ctx, input.flowId);
    const draft = await requireDraft(ctx, input);
    const ours = rowsOfDraft(draft);
    const rows = eachPart((part) => mergeChoice(ours[part], found.flow[part], new Set(input.ours[part])));
    await takeNote(ctx, input.flowId);
    await recordAudit(ctx, {
      action: "flow.draft-rebased",
      ...{ subjectKind: "flow", subjectId: input.flowId, before: { ...ours }, after: { ...rows } },
    });
    await step(ctx, found, { ...draft, base: partsOf(found.flow) }, rows);
    return showFlow(ctx, input.flowId);
  });
}

/** Takes note of what somebody changed in the tracker, and of how the last push ended, as far as that is what was seen. */
export function markSeen(outer: ActionContext, input: In<Seen>): Promise<Flow> {
  return inTransaction(outer, async (ctx) => {
    const { flow } = await lockFlow(ctx, input.flowId);
    // A reading that found the same again makes it no newer: what was read counts, not when.
    if (input.theirs !== null && sameParts(input.theirs, flow)) await forgetDrift(ctx, flow.id);
    if (input.pushId !== null) {
      const push = await findOwnPush(ctx.db, flow.workspaceId, input.pushId);
      if (push?.flowId !== flow.id) throw pushNotFound();
      await markPushesSeen(ctx.db, flow.id, ctx.now, push.id);
    }
    await tellScreens(ctx, input.flowId);
    return showFlow(ctx, input.flowId);
  });
}

const forgetDrift = ({ db }: ActionContext, flowId: string) =>
  updateFlow(db, flowId, { driftFrom: null, driftSince: null });

async function takeNote(ctx: ActionContext, flowId: string): Promise<void> {
  await forgetDrift(ctx, flowId);
  await markPushesSeen(ctx.db, flowId, ctx.now);
}

// ── Steps ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The draft that the caller saw, which may be none; any other is a conflict. */
export async function draftOfVersion(ctx: ActionContext, input: In<DraftVersion>): Promise<DraftRow | null> {
  const draft = await findDraft(ctx.db, input.flowId);
  if ((draft?.version ?? 0) !== input.version) throw draftChanged();
  return draft;
}

export async function requireDraft(ctx: ActionContext, input: In<DraftVersion>): Promise<DraftRow> {
  const draft = await draftOfVersion(ctx, input);
  if (!draft) throw noDraft();
  return draft;
}

type Standing = Pick<DraftRow, "base" | "history" | "cursor">;

/** Writes the next state behind the present one; what was undone is gone then. */
async function step(ctx: ActionContext, found: SeenFlow, draft: Standing | null, rows: DraftRows): Promise<void> {
  const base = draft?.base ?? partsOf(found.flow);
  const past = draft ? draft.history.slice(0, draft.cursor + 1) : [currentRows(found.flow, null)];
  const history = [...past, rows].slice(-historyAtMost);
  await keep(ctx, found, { base, history, cursor: history.length - 1 });
  const before = past.at(-1);
  if (before) await notePins(ctx, found.flow.id, before, rows);
}

/** Pins are ours alone: no push would tell who changed them. */
async function notePins(ctx: ActionContext, flowId: string, from: DraftRows, to: DraftRows): Promise<void> {
  const [before, after] = [pinsIn(from), pinsIn(to)];
  if (isDeepStrictEqual(before, after)) return;
  await recordAudit(ctx, {
    action: "flow.pins-changed",
    ...{ subjectKind: "flow", subjectId: flowId, before: { ...before }, after: { ...after } },
  });
}

/**
 * A draft whose rows are what the tracker has needs no push, so it ends by itself, undone or edited back; its pins are kept then,
 * since trackers know none. That is also how a pin in a flow without a draft is kept at once.
 */
async function keep(ctx: ActionContext, { flow }: SeenFlow, draft: Standing): Promise<void> {
  const rows = rowsOfDraft(draft);
  if (sameParts(rows, flow)) {
    await endDraft(ctx.db, flow.id, ctx.now);
    await updateFlow(ctx.db, flow.id, { pins: pinsIn(rows) });
  } else await saveDraft(ctx.db, newDraft(ctx, flow, draft));
  await tellScreens(ctx, flow.id);
}

const newDraft = ({ actor, now: at }: ActionContext, flow: FlowRow, draft: Standing): NewDraft => ({
  flowId: flow.id,
  workspaceId: flow.workspaceId,
  base: draft.base,
  history: draft.history,
  cursor: draft.cursor,
  changedBy: actor.kind === "person" ? actor.personId : null,
  at,
});

/** A draft from the tracker's base to somewhere else: what an undo that met a conflict becomes, to be decided like any other. */
export const draftTowards = (ctx: ActionContext, flow: FlowRow, base: FlowParts, target: FlowParts): Promise<void> => {
  const history = [pinned(base, flow.pins), pinned(target, flow.pins)];
  return saveDraft(ctx.db, newDraft(ctx, flow, { base, history, cursor: 1 }));
};
