/** Sequences as members see them: written, changed, set going and stopped. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import {
  assertUsable,
  fitsField,
  listOwnFields,
  listOwnTags,
  namesOfCategories,
} from "@backend/modules/audience/index.ts";
import { findBotById, listOwnBots } from "@backend/modules/bots/index.ts";
import { recordAudit, timeZoneOfWorkspace } from "@backend/modules/identity/index.ts";
import type { Letter } from "@backend/modules/messaging/index.ts";
import type { ClickPorts } from "../click-ports.ts";
import type { Options } from "../contracts.ts";
import { newPlaces, type StopRule, type Trigger } from "../domain/sequence.ts";
import { keepSequenceLinks } from "../links.ts";
import { findOwnBroadcast } from "../queries.ts";
import {
  type Sequence,
  type SequenceBody,
  type SequenceChoices,
  type SequenceListQuery,
  type SequenceSummary,
  sequenceLimits,
} from "../sequence-contracts.ts";
import {
  answersOfSteps,
  countPeople,
  countStepsOf,
  countWaiting,
  deleteSequenceRow,
  findOwnSequence,
  hasSent,
  insertSequence,
  listOwnSequences,
  listStartedBroadcasts,
  listSteps,
  lockOwnSequence,
  lockSequencesOf,
  moneyOfSteps,
  moveRuns,
  replaceSteps,
  type SequenceRow,
  updateSequence,
} from "../sequence-queries.ts";
import { requireSoundLetter } from "../sound-letter.ts";
import {
  choiceUnknown,
  sequenceArchived,
  sequenceHasSent,
  sequenceIsEmpty,
  sequenceNameInvalid,
  sequenceNotFound,
  stepUnknown,
  tooManySequences,
  valueUnfit,
} from "../timing-errors.ts";

const nobody = { active: 0, finished: 0, stopped: 0 };
const unanswered = { clicked: 0, converted: 0 };

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
    items: rows.map(({ id, name, state, trigger }) => ({
      id,
      name,
      state,
      trigger: trigger as Trigger,
      stepCount: steps.get(id) ?? 0,
      ...(people.get(id) ?? nobody),
    })),
  };
}

async function present(ctx: ActionContext, row: SequenceRow): Promise<Sequence> {
  const steps = await listSteps(ctx.db, [row.id]);
  const waiting = await countWaiting(ctx.db, row.id);
  const people = await countPeople(ctx.db, [row.id]);
  const stepIds = steps.map(({ id }) => id);
  const answers = await answersOfSteps(ctx.db, stepIds);
  const money = await moneyOfSteps(ctx.db, stepIds);
  return {
    id: row.id,
    state: row.state,
    name: row.name,
    botIds: row.botIds,
    trigger: row.trigger as Trigger,
    stops: row.stops as StopRule[],
    categoryId: row.categoryId,
    isUrgent: (row.options as Options).isUrgent === true,
    isRepeatable: row.isRepeatable,
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
    isDeletable: !(await hasSent(ctx.db, row.id)),
    isArchived: row.archivedAt !== null,
    createdAt: row.createdAt.toISOString(),
  };
}

async function mustFind(ctx: ActionContext, sequenceId: string): Promise<SequenceRow> {
  const row = await findOwnSequence(ctx.db, ctx.actor.workspaceId, sequenceId);
  if (!row) throw sequenceNotFound();
  return row;
}

export const readSequence = async (ctx: ActionContext, input: { sequenceId: string }): Promise<Sequence> =>
  present(ctx, await mustFind(ctx, input.sequenceId));

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

function cleanName(name: string): string {
  const clean = name.replaceAll("\0", "").trim();
  if (clean === "" || clean.length > sequenceLimits.name) throw sequenceNameInvalid(sequenceLimits.name);
  return clean;
}

/** Bots, tags, fields, categories and broadcasts of another workspace are none, as is a condition that cannot be asked. */
async function assertChoices(ctx: ActionContext, body: SequenceBody): Promise<void> {
  const { workspaceId } = ctx.actor;
  for (const botId of body.botIds)
    if ((await findBotById(ctx.db, botId))?.workspaceId !== workspaceId) throw choiceUnknown();
  const tagIds = [body.trigger, ...body.stops].flatMap((one) => (one.kind === "tagged" ? [one.tagId] : []));
  if (tagIds.length > 0) {
    const known = new Set((await listOwnTags(ctx.db, workspaceId)).map(({ id }) => id));
    if (!tagIds.every((id) => known.has(id))) throw choiceUnknown();
  }
  const categoryIds = [body.categoryId, body.trigger.kind === "opted_in" ? body.trigger.categoryId : null].filter(
    (id) => id !== null,
  );
  if (categoryIds.length > 0) {
    const known = new Set((await namesOfCategories(ctx.db, workspaceId)).map(({ id }) => id));
    if (!categoryIds.every((id) => known.has(id))) throw choiceUnknown();
  }
  if (body.trigger.kind === "field_changed") {
    const { key, value } = body.trigger;
    const field = (await listOwnFields(ctx.db, workspaceId)).find((one) => one.key === key);
    if (!field) throw choiceUnknown();
    // What the field can never become would begin it never.
    if (value !== null && !fitsField(field, value)) throw valueUnfit();
  }
  const broadcastId = body.trigger.kind === "clicked" ? body.trigger.broadcastId : null;
  if (broadcastId !== null && !(await findOwnBroadcast(ctx.db, workspaceId, broadcastId))) throw choiceUnknown();
}

/** Letters are such as Telegram takes, and conditions name what the workspace has. In the transaction that keeps them. */
async function assertSteps(ctx: ActionContext, body: SequenceBody): Promise<void> {
  for (const { letter, condition } of body.steps) {
    await requireSoundLetter(ctx, letter);
    await assertUsable(ctx.db, ctx.actor.workspaceId, condition);
  }
}

const rowOf = (body: SequenceBody) => ({
  name: cleanName(body.name),
  botIds: body.botIds,
  trigger: body.trigger,
  stops: body.stops,
  categoryId: body.categoryId,
  options: { isUrgent: body.isUrgent } satisfies Options,
  isRepeatable: body.isRepeatable,
});

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

async function trace(ctx: ActionContext, action: string, before: SequenceRow | null, after: SequenceRow | null) {
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

export async function createSequence(outer: ActionContext<ClickPorts>, body: SequenceBody): Promise<Sequence> {
  const values = rowOf(body);
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, ...actor } = ctx.actor;
    await assertSteps(ctx, body);
    await assertChoices(ctx, body);
    await assertRoom(ctx);
    const createdBy = actor.kind === "person" ? actor.personId : null;
    const row = await insertSequence(ctx.db, { ...values, workspaceId, createdBy });
    await writeSteps(ctx, row.id, [], body);
    await trace(ctx, "created", null, row);
    return present(ctx, row);
  });
}

/** Those in the archive take no room. Held until the transaction ends. */
async function assertRoom(ctx: ActionContext): Promise<void> {
  const { workspaceId } = ctx.actor;
  await lockSequencesOf(ctx.db, workspaceId);
  const { sequences: most } = sequenceLimits;
  if ((await listOwnSequences(ctx.db, workspaceId, { isArchived: false })).length >= most) throw tooManySequences(most);
}

async function writeSteps(
  ctx: ActionContext<ClickPorts>,
  id: string,
  before: readonly string[],
  body: SequenceBody,
): Promise<string[]> {
  const known = new Set(before);
  const steps = body.steps.map(({ id: given, ...values }) => {
    if (given !== undefined && !known.delete(given)) throw stepUnknown();
    return { id: given ?? crypto.randomUUID(), isNew: given === undefined, ...values };
  });
  await replaceSteps(ctx.db, id, steps);
  await keepSequenceLinks(
    ctx,
    id,
    steps.map(({ letter }) => letter),
  );
  return steps.map((step) => step.id);
}

/**
 * The whole of it as it shall be. What is changed in a step holds for everybody who has not got it yet; a step that is gone is passed
 * over, and who stood before it goes on with the next.
 */
export async function changeSequence(
  outer: ActionContext<ClickPorts>,
  input: SequenceBody & { sequenceId: string },
): Promise<Sequence> {
  const { sequenceId, ...body } = input;
  const values = rowOf(body);
  return inTransaction(outer, async (ctx) => {
    const before = await lockOwnSequence(ctx.db, ctx.actor.workspaceId, sequenceId);
    if (!before) throw sequenceNotFound();
    if (before.archivedAt) throw sequenceArchived();
    await assertSteps(ctx, body);
    await assertChoices(ctx, body);
    if (before.state === "active" && body.steps.length === 0) throw sequenceIsEmpty();
    const former = (await listSteps(ctx.db, [sequenceId])).map(({ id }) => id);
    await updateSequence(ctx.db, sequenceId, values);
    const now = await writeSteps(ctx, sequenceId, former, body);
    const places = newPlaces(former, now).map((place, at) => {
      const isGone = !now.includes(former[at] ?? "");
      return { place, laterMinutes: isGone ? (body.steps[place]?.delayMinutes ?? 0) : 0 };
    });
    await moveRuns(ctx.db, sequenceId, places);
    const after = { ...before, ...values };
    await trace(ctx, "changed", before, after);
    return present(ctx, after);
  });
}

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

function changeState(
  outer: ActionContext<ClickPorts>,
  sequenceId: string,
  state: "active" | "paused",
): Promise<Sequence> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnSequence(ctx.db, ctx.actor.workspaceId, sequenceId);
    if (!row) throw sequenceNotFound();
    // A draft is not running: pausing it changes nothing.
    if (row.state === state || (state === "paused" && row.state === "draft")) return present(ctx, row);
    if (row.archivedAt) throw sequenceArchived();
    const letters = (await listSteps(ctx.db, [sequenceId])).map(({ letter }) => letter as Letter);
    if (state === "active" && letters.length === 0) throw sequenceIsEmpty();
    // Also of one that was written before its links were counted.
    await keepSequenceLinks(ctx, sequenceId, letters);
    await updateSequence(ctx.db, sequenceId, { state });
    const after = { ...row, state };
    await trace(ctx, state === "active" ? "activated" : "paused", row, after);
    return present(ctx, after);
  });
}

/** From now on its events begin it; who stood in it when it paused goes on, with what is due at once. */
export const activateSequence = (ctx: ActionContext<ClickPorts>, input: { sequenceId: string }) =>
  changeState(ctx, input.sequenceId, "active");

/** Nobody gets anything and nobody comes in; everybody keeps his place. */
export const pauseSequence = (ctx: ActionContext<ClickPorts>, input: { sequenceId: string }) =>
  changeState(ctx, input.sequenceId, "paused");

/**
 * Puts it away: nobody comes in and nobody gets anything, it leaves the lists, and figures and links live on. Everybody keeps his place
 * for the day on which it is taken out and started. Done twice it changes nothing more.
 */
export function archiveSequence(outer: ActionContext, input: { sequenceId: string }): Promise<Sequence> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnSequence(ctx.db, ctx.actor.workspaceId, input.sequenceId);
    if (!row) throw sequenceNotFound();
    if (row.archivedAt) return present(ctx, row);
    const values = { archivedAt: ctx.now, state: row.state === "active" ? ("paused" as const) : row.state };
    await updateSequence(ctx.db, row.id, values);
    const after = { ...row, ...values };
    await trace(ctx, "archived", row, after);
    return present(ctx, after);
  });
}

/** Back among those in use, where it sends nothing before it is started. Throws sequences.too_many when there is no room. */
export function unarchiveSequence(outer: ActionContext, input: { sequenceId: string }): Promise<Sequence> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnSequence(ctx.db, ctx.actor.workspaceId, input.sequenceId);
    if (!row) throw sequenceNotFound();
    if (!row.archivedAt) return present(ctx, row);
    await assertRoom(ctx);
    await updateSequence(ctx.db, row.id, { archivedAt: null });
    const after = { ...row, archivedAt: null };
    await trace(ctx, "unarchived", row, after);
    return present(ctx, after);
  });
}
