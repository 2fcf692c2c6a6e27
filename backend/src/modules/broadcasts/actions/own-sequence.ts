/** The sequence that an address names, as the action may have it, and as it leaves the server. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { personRefsOf, recordAudit } from "@backend/modules/identity/index.ts";
import type { Letter } from "@backend/modules/messaging/index.ts";
import type { Options } from "../contracts.ts";
import type { StopRule, Trigger } from "../domain/sequence.ts";
import { isAnother, needsFourEyes } from "../four-eyes.ts";
import type { Sequence, Waiting } from "../sequence-contracts.ts";
import {
  answersOfSteps,
  countPeople,
  countWaiting,
  findOwnSequence,
  hasSent,
  listSteps,
  lockOwnSequence,
  moneyOfSteps,
  type SequenceRow,
} from "../sequence-queries.ts";
import { sequenceChanged, sequenceNotFound } from "../timing-errors.ts";

export const nobody = { active: 0, finished: 0, stopped: 0 };
const unanswered = { clicked: 0, converted: 0 };

/** The change that waits, in the shape that the contracts checked when it was written. */
export const waitingOf = ({ waiting }: SequenceRow): Waiting | null => waiting as Waiting | null;

/** What its start would let go was never in force: a draft, or a change. What was paused goes on as it was released. */
export const isUnreleased = ({ state, waiting }: SequenceRow): boolean => state === "draft" || waiting !== null;

/** Whatever is changed takes back the request for what stood there before. */
export const unasked = { requestedBy: null, requestedAt: null };

/** Throws sequences.sequence_not_found. */
export async function ownSequence(ctx: ActionContext, sequenceId: string): Promise<SequenceRow> {
  const row = await findOwnSequence(ctx.db, ctx.actor.workspaceId, sequenceId);
  if (!row) throw sequenceNotFound();
  return row;
}

/** Nobody decides about a state that he did not see: `seenAt` is its `updatedAt` as he read it. Throws sequences.changed_meanwhile. */
export function assertSeen({ updatedAt }: SequenceRow, seenAt: string | undefined): void {
  if (seenAt !== undefined && new Date(seenAt).getTime() !== updatedAt.getTime()) throw sequenceChanged();
}

/** What of it is in force, without its steps. */
export const fieldsOf = (row: SequenceRow) => ({
  name: row.name,
  botIds: row.botIds,
  trigger: row.trigger as Trigger,
  stops: row.stops as StopRule[],
  categoryId: row.categoryId,
  isUrgent: (row.options as Options).isUrgent === true,
  isRepeatable: row.isRepeatable,
});

export async function presentSequence(ctx: ActionContext, row: SequenceRow): Promise<Sequence> {
  const { db, actor } = ctx;
  const steps = await listSteps(db, [row.id]);
  const waiting = await countWaiting(db, row.id);
  const people = await countPeople(db, [row.id]);
  const stepIds = steps.map(({ id }) => id);
  const answers = await answersOfSteps(db, stepIds);
  const money = await moneyOfSteps(db, stepIds);
  const members = [row.changedBy, row.requestedBy].filter((id) => id !== null);
  const names = await personRefsOf(db, row.workspaceId, members);
  const who = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
  const needsTwo = isUnreleased(row) && (await needsFourEyes(ctx, row.workspaceId));
  const isArchived = row.archivedAt !== null;
  return {
    id: row.id,
    state: row.state,
    ...fieldsOf(row),
    steps: steps.map(({ id, delayMinutes, atClock, condition, letter, sent, skipped, position }) => ({
      id,
      delayMinutes,
      atClock,
      condition: condition as Sequence["steps"][number]["condition"],
      letter: letter as Letter,
      sent,
      skipped,
      waiting: waiting.get(position) ?? 0,
      ...(answers.get(id) ?? unanswered),
      money: money.filter(({ stepId }) => stepId === id).map(({ currency, amount }) => ({ currency, amount })),
    })),
    ...(people.get(row.id) ?? nobody),
    isDeletable: !(await hasSent(db, row.id)),
    isArchived,
    waiting: waitingOf(row),
    changedBy: who(row.changedBy),
    requestedBy: who(row.requestedBy),
    requestedAt: row.requestedAt?.toISOString() ?? null,
    needsTwo,
    mayStart: actor.permissions.has("broadcasts.send") && !isArchived && (!needsTwo || isAnother(ctx, row.requestedBy)),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** What a trail may hold: settings, no names and no texts. */
const traced = ({ state, archivedAt, trigger, stops, botIds, categoryId, isRepeatable }: SequenceRow) => ({
  state,
  isArchived: archivedAt !== null,
  trigger,
  stops,
  botIds,
  categoryId,
  isRepeatable,
});

/** `action`: what happened, as the audit names it after "sequence.". Screens hear of it at commit. */
export async function trace(
  ctx: ActionContext,
  action: string,
  before: SequenceRow | null,
  after: SequenceRow | null,
): Promise<void> {
  const subjectId = (after ?? before)?.id ?? "";
  await recordAudit(ctx, {
    action: `sequence.${action}`,
    subjectKind: "sequence",
    subjectId,
    before: before && traced(before),
    after: after && traced(after),
  });
  await notifyLive(ctx.db, { workspaceId: ctx.actor.workspaceId, topic: "sequences", id: subjectId });
}

/**
 * Changes one sequence under its lock: `work` answers with the row as it is afterwards and the name of what happened, or with null in
 * its place when there was nothing to do. Throws sequences.sequence_not_found.
 */
export function changeOwn<Ports>(
  outer: ActionContext<Ports>,
  sequenceId: string,
  work: (ctx: ActionContext<Ports>, row: SequenceRow) => Promise<[row: SequenceRow, action: string | null]>,
): Promise<Sequence> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnSequence(ctx.db, ctx.actor.workspaceId, sequenceId);
    if (!row) throw sequenceNotFound();
    const [changed, action] = await work(ctx, row);
    if (action !== null) await trace(ctx, action, row, changed);
    return presentSequence(ctx, changed);
  });
}
