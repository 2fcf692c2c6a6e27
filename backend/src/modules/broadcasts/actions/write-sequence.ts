/** What a sequence says, looked at before it is kept, and put into force. In the transaction of whoever does so. */
import type { ActionContext } from "@backend/kit/context.ts";
import {
  assertUsable,
  fitsField,
  listOwnFields,
  listOwnTags,
  namesOfCategories,
} from "@backend/modules/audience/index.ts";
import { findBotById } from "@backend/modules/bots/index.ts";
import type { ClickPorts } from "../click-ports.ts";
import type { Options } from "../contracts.ts";
import { newPlaces } from "../domain/sequence.ts";
import { keepSequenceLinks } from "../links.ts";
import { findOwnBroadcast } from "../queries.ts";
import { type SequenceBody, sequenceLimits, type Waiting } from "../sequence-contracts.ts";
import { listSteps, moveRuns, replaceSteps, type SequenceRow, updateSequence } from "../sequence-queries.ts";
import { requireSoundLetter } from "../sound-letter.ts";
import { choiceUnknown, sequenceIsEmpty, sequenceNameInvalid, stepUnknown, valueUnfit } from "../timing-errors.ts";
import { unasked } from "./own-sequence.ts";

function cleanName(name: string): string {
  const clean = name.replaceAll("\0", "").trim();
  if (clean === "" || clean.length > sequenceLimits.name) throw sequenceNameInvalid(sequenceLimits.name);
  return clean;
}

export const rowOf = (body: Omit<SequenceBody, "steps">) => ({
  name: cleanName(body.name),
  botIds: body.botIds,
  trigger: body.trigger,
  stops: body.stops,
  categoryId: body.categoryId,
  options: { isUrgent: body.isUrgent } satisfies Options,
  isRepeatable: body.isRepeatable,
});

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

/** Letters are such as Telegram takes, and what is named is the workspace's. Says that its files are in use. */
export async function assertUsableBody(ctx: ActionContext, body: SequenceBody): Promise<void> {
  for (const { letter, condition } of body.steps) {
    await requireSoundLetter(ctx, letter);
    await assertUsable(ctx.db, ctx.actor.workspaceId, condition);
  }
  await assertChoices(ctx, body);
}

/** Each step with an id: its own, where it is one of `known`, or a new one. Throws sequences.step_unknown. */
export function withIds(body: SequenceBody, known: Iterable<string>): Waiting {
  const left = new Set(known);
  const steps = body.steps.map(({ id, ...step }) => {
    if (id !== undefined && !left.delete(id)) throw stepUnknown();
    return { id: id ?? crypto.randomUUID(), ...step };
  });
  return { ...body, steps: steps as Waiting["steps"] };
}

/** Puts these steps in the place of `former`. */
export async function writeSteps(
  ctx: ActionContext<ClickPorts>,
  sequenceId: string,
  former: readonly string[],
  steps: Waiting["steps"],
): Promise<void> {
  await replaceSteps(
    ctx.db,
    sequenceId,
    steps.map((step) => ({ ...step, isNew: !former.includes(step.id) })),
  );
  await keepSequenceLinks(
    ctx,
    sequenceId,
    steps.map(({ letter }) => letter),
  );
}

/**
 * The whole of it as it shall be. What is changed in a step holds for everybody who has not got it yet; a step that is gone is passed
 * over, and who stood before it goes on with the next. Throws sequences.is_empty for one that runs.
 */
export async function putIntoForce(
  ctx: ActionContext<ClickPorts>,
  row: SequenceRow,
  body: Waiting,
  values: Partial<SequenceRow>,
): Promise<SequenceRow> {
  if ((values.state ?? row.state) === "active" && body.steps.length === 0) throw sequenceIsEmpty();
  const former = (await listSteps(ctx.db, [row.id])).map(({ id }) => id);
  const now = body.steps.map(({ id }) => id);
  const after = await updateSequence(ctx.db, row, { ...rowOf(body), ...values, ...unasked, waiting: null }, ctx.now);
  await writeSteps(ctx, row.id, former, body.steps);
  const places = newPlaces(former, now).map((place, at) => {
    const isGone = !now.includes(former[at] ?? "");
    return { place, laterMinutes: isGone ? (body.steps[place]?.delayMinutes ?? 0) : 0 };
  });
  await moveRuns(ctx.db, row.id, places);
  return after;
}
