/** Sequences as members see them: written, changed, paused and put away. What lets them go is `release-sequence.ts`. */
import { isDeepStrictEqual } from "node:util";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { listOwnFields, listOwnTags, namesOfCategories } from "@backend/modules/audience/index.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { ClickPorts } from "../click-ports.ts";
import type { Trigger } from "../domain/sequence.ts";
import { needsFourEyes } from "../four-eyes.ts";
import {
  type ChangeSequence,
  type Sequence,
  type SequenceBody,
  type SequenceChoices,
  type SequenceListQuery,
  type SequenceSummary,
  sequenceLimits,
} from "../sequence-contracts.ts";
import {
  countPeople,
  countStepsOf,
  deleteSequenceRow,
  hasSent,
  insertSequence,
  listOwnSequences,
  listStartedBroadcasts,
  listSteps,
  lockOwnSequence,
  lockSequencesOf,
  type SequenceRow,
  type StepRow,
  updateSequence,
} from "../sequence-queries.ts";
import {
  sequenceArchived,
  sequenceHasSent,
  sequenceIsEmpty,
  sequenceNotFound,
  tooManySequences,
} from "../timing-errors.ts";
import { personOf } from "./own-broadcast.ts";
import {
  assertSeen,
  changeOwn,
  fieldsOf,
  nobody,
  ownSequence,
  presentSequence,
  trace,
  unasked,
  waitingOf,
} from "./own-sequence.ts";
import { assertUsableBody, putIntoForce, rowOf, withIds, writeSteps } from "./write-sequence.ts";

/** Those in use, or those in the archive. */
export async function listSequences(
  ctx: ActionContext,
  input: SequenceListQuery = {},
): Promise<{ items: SequenceSummary[] }> {
  const rows = await listOwnSequences(ctx.db, ctx.actor.workspaceId, { isArchived: input.archived === "true" });
  const ids = rows.map(({ id }) => id);
  const people = await countPeople(ctx.db, ids);
  const steps = await countStepsOf(ctx.db, ids);
  return {
    items: rows.map(({ id, name, state, trigger, requestedAt }) => ({
      id,
      name,
      state,
      trigger: trigger as Trigger,
      stepCount: steps.get(id) ?? 0,
      ...(people.get(id) ?? nobody),
      requestedAt: requestedAt?.toISOString() ?? null,
    })),
  };
}

export const readSequence = async (ctx: ActionContext, input: { sequenceId: string }): Promise<Sequence> =>
  presentSequence(ctx, await ownSequence(ctx, input.sequenceId));

/** What the editor offers. Names of bots, tags and categories are no secret to whoever may read broadcasts. */
export async function listSequenceChoices(ctx: ActionContext): Promise<SequenceChoices> {
  const { workspaceId, locale } = ctx.actor;
  const categories = await namesOfCategories(ctx.db, workspaceId);
  return {
    bots: (await listOwnBots(ctx.db, workspaceId)).map(({ id, name }) => ({ id, name })),
    tags: await listOwnTags(ctx.db, workspaceId),
    fields: await listOwnFields(ctx.db, workspaceId),
    categories: categories.map(({ id, names }) => ({
      id,
      name: names[locale] ?? names.en ?? Object.values(names)[0] ?? `#${id}`,
    })),
    broadcasts: await listStartedBroadcasts(ctx.db, workspaceId, 100),
    timeZone: await timeZoneOfWorkspace(ctx.db, workspaceId),
  };
}

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export async function createSequence(outer: ActionContext<ClickPorts>, body: SequenceBody): Promise<Sequence> {
  const values = rowOf(body);
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    await assertUsableBody(ctx, body);
    await assertRoom(ctx);
    const createdBy = personOf(ctx);
    const row = await insertSequence(ctx.db, { ...values, workspaceId, createdBy, changedBy: createdBy });
    await writeSteps(ctx, row.id, [], withIds(body, []).steps);
    await trace(ctx, "created", null, row);
    return presentSequence(ctx, row);
  });
}

/** Those in the archive take no room. Held until the transaction ends. */
async function assertRoom(ctx: ActionContext): Promise<void> {
  const { workspaceId } = ctx.actor;
  await lockSequencesOf(ctx.db, workspaceId);
  const { sequences: most } = sequenceLimits;
  if ((await listOwnSequences(ctx.db, workspaceId, { isArchived: false })).length >= most) throw tooManySequences(most);
}

/**
 * The whole of it as it shall be (`putIntoForce`). Where two people are needed, a change of one that was started waits for the second, and
 * what is in force goes on. Throws sequences.archived, and sequences.changed_meanwhile when it is not any more as the caller saw it: of
 * two who save one sequence none replaces the other's words unknowingly.
 */
export function changeSequence(
  outer: ActionContext<ClickPorts>,
  { sequenceId, seenAt, ...body }: ChangeSequence & { sequenceId: string },
): Promise<Sequence> {
  const values = rowOf(body);
  return changeOwn(outer, sequenceId, async (ctx, row) => {
    if (row.archivedAt) throw sequenceArchived();
    assertSeen(row, seenAt);
    await assertUsableBody(ctx, body);
    const steps = await listSteps(ctx.db, [sequenceId]);
    const known = [...steps, ...(waitingOf(row)?.steps ?? [])].map(({ id }) => id);
    const next = withIds({ ...body, name: values.name }, known);
    const changedBy = personOf(ctx);
    const isHeld = row.state !== "draft" && (await needsFourEyes(ctx, row.workspaceId));
    if (!isHeld) return [await putIntoForce(ctx, row, next, { changedBy }), "changed"];
    if (row.state === "active" && body.steps.length === 0) throw sequenceIsEmpty();
    const waiting = isDeepStrictEqual(next, inForce(row, steps)) ? null : next;
    return [await updateSequence(ctx.db, row, { ...unasked, waiting, changedBy }, ctx.now), "change_written"];
  });
}

/** As `withIds` makes it: what says the same as this changes nothing. */
const inForce = (row: SequenceRow, steps: readonly StepRow[]) => ({
  ...fieldsOf(row),
  steps: steps.map(({ id, delayMinutes, atClock, condition, letter }) => ({
    id,
    delayMinutes,
    atClock,
    condition,
    letter,
  })),
});

/**
 * Only one that never sent anything: links in messages that people have lead through it, and its figures hang on it (any other is
 * put into the archive). Throws
 * sequences.sequence_not_found and sequences.has_sent.
 */
export function deleteSequence(outer: ActionContext, input: { sequenceId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnSequence(ctx.db, ctx.actor.workspaceId, input.sequenceId);
    if (!row) throw sequenceNotFound();
    if (await hasSent(ctx.db, row.id)) throw sequenceHasSent();
    await deleteSequenceRow(ctx.db, row.id);
    await trace(ctx, "deleted", row, null);
    return { ok: true as const };
  });
}

/** Nobody gets anything and nobody comes in; everybody keeps his place. A draft is not running: pausing it changes nothing. */
export const pauseSequence = (outer: ActionContext, input: { sequenceId: string }): Promise<Sequence> =>
  changeOwn(outer, input.sequenceId, async (ctx, row) => {
    if (row.state !== "active") return [row, null];
    return [await updateSequence(ctx.db, row, { ...unasked, state: "paused" }, ctx.now), "paused"];
  });

/**
 * Puts it away: nobody comes in and nobody gets anything, it leaves the lists, and figures and links live on. Everybody keeps his place
 * for the day on which it is taken out and started. Done twice it changes nothing more.
 */
export const archiveSequence = (outer: ActionContext, input: { sequenceId: string }): Promise<Sequence> =>
  changeOwn(outer, input.sequenceId, async (ctx, row) => {
    if (row.archivedAt) return [row, null];
    const state = row.state === "active" ? ("paused" as const) : row.state;
    return [await updateSequence(ctx.db, row, { ...unasked, archivedAt: ctx.now, state }, ctx.now), "archived"];
  });

/** Back among those in use, where it sends nothing before it is started. Throws sequences.too_many when there is no room. */
export const unarchiveSequence = (outer: ActionContext, input: { sequenceId: string }): Promise<Sequence> =>
  changeOwn(outer, input.sequenceId, async (ctx, row) => {
    if (!row.archivedAt) return [row, null];
    await assertRoom(ctx);
    return [await updateSequence(ctx.db, row, { archivedAt: null }, ctx.now), "unarchived"];
  });
