import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { assertUsable, findOwnCondition, isOwnCategory } from "@backend/modules/audience/index.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { findOwnChats, keepFilesOf } from "@backend/modules/messaging/index.ts";
import type { BroadcastContract, ChangeBroadcast, CreateBroadcast } from "../engine-contracts.ts";
import { broadcastNotFound, conditionTooLarge, notADraft, unknownThings } from "../errors.ts";
import {
  deleteBroadcastRow,
  insertBroadcast,
  lockOwnBroadcast,
  type NewBroadcast,
  updateBroadcast,
} from "../queries.ts";
import { assertSeen, changeOwn, ownBroadcast, personOf, present } from "./own-broadcast.ts";
import { assertSchedule } from "./plans.ts";

/** A condition of any use is far below it; it is stored with every broadcast. */
const mostConditionBytes = 20_000;

/**
 * Everything that a draft names is the workspace's own. Throws broadcasts.unknown_bots, …_chats, …_segment, …_category: one
 * answer for what does not exist and for what is another's.
 */
async function assertOwn(ctx: ActionContext, input: CreateBroadcast): Promise<void> {
  const { workspaceId } = ctx.actor;
  if (input.botIds?.length) {
    const own = new Set((await listOwnBots(ctx.db, workspaceId)).map(({ id }) => id));
    if (!input.botIds.every((id) => own.has(id))) throw unknownThings("bots");
  }
  if (input.chatIds?.length) {
    const chats = await findOwnChats(ctx.db, workspaceId, input.chatIds);
    const own = new Set(chats.filter(({ kind }) => kind !== "private").map(({ id }) => id));
    if (!input.chatIds.every((id) => own.has(id))) throw unknownThings("chats");
  }
  if (input.segmentId && !(await findOwnCondition(ctx.db, workspaceId, input.segmentId)))
    throw unknownThings("segment");
  if (input.categoryId && !(await isOwnCategory(ctx.db, workspaceId, input.categoryId)))
    throw unknownThings("category");
  if (input.condition && JSON.stringify(input.condition).length > mostConditionBytes) throw conditionTooLarge();
  await assertUsable(ctx.db, workspaceId, input.condition ?? null);
  if (input.schedule) assertSchedule(input.schedule, ctx.now);
  // A half-written letter may be kept; its files are in use from now on.
  for (const { letter } of input.variants ?? []) await keepFilesOf(ctx.db, workspaceId, letter);
}

/** One audience at a time: a saved segment takes the place of a condition, and the other way round. */
function valuesOf(input: CreateBroadcast): Partial<NewBroadcast> {
  const { name, botIds, chatIds, segmentId, condition, categoryId, variants, schedule, experiment, options } = input;
  return {
    // Emptied while it is written anew: it keeps the name that it had.
    ...(name?.trim() ? { name: name.trim() } : {}),
    ...(botIds === undefined ? {} : { botIds: [...new Set(botIds)] }),
    ...(chatIds === undefined ? {} : { chatIds: [...new Set(chatIds)] }),
    ...(segmentId === undefined ? {} : { segmentId, ...(segmentId === null ? {} : { condition: null }) }),
    ...(condition === undefined ? {} : { condition, ...(condition === null ? {} : { segmentId: null }) }),
    ...(categoryId === undefined ? {} : { categoryId }),
    ...(variants === undefined ? {} : { variants }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(experiment === undefined ? {} : { experiment }),
    ...(options === undefined ? {} : { options }),
  };
}

/** A draft; what is left out is filled in later. */
export function createBroadcast(outer: ActionContext, input: CreateBroadcast): Promise<BroadcastContract> {
  return inTransaction(outer, async (ctx) => {
    await assertOwn(ctx, input);
    const { workspaceId } = ctx.actor;
    const row = await insertBroadcast(ctx.db, {
      name: translator(ctx.actor.locale)("broadcasts.untitled"),
      ...valuesOf(input),
      workspaceId,
      createdBy: personOf(ctx),
    });
    await recordAudit(ctx, { action: "broadcast.created", subjectKind: "broadcast", subjectId: row.id });
    await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: row.id });
    return present(ctx, row);
  });
}

/**
 * Changes a draft. A request to release it falls with what it was asked for. Throws broadcasts.not_a_draft (a scheduled one is taken off
 * its schedule first), and broadcasts.draft_changed when it is not any more as the caller saw it: of two who write at once none
 * replaces the other's words unknowingly.
 */
export function changeBroadcast(
  outer: ActionContext,
  { broadcastId, seenAt, ...input }: ChangeBroadcast & { broadcastId: string },
): Promise<BroadcastContract> {
  return changeOwn(outer, broadcastId, async (ctx, row) => {
    if (row.state !== "draft") throw notADraft();
    assertSeen(row, seenAt);
    await assertOwn(ctx, input);
    const changed = await updateBroadcast(ctx.db, row.id, {
      ...valuesOf(input),
      requestedBy: null,
      requestedAt: null,
      // Two changes within one millisecond are two states too.
      updatedAt: new Date(Math.max(ctx.now.getTime(), row.updatedAt.getTime() + 1)),
    });
    // Texts may name people: which fields changed is kept, not what stands in them.
    return [changed, { action: "broadcast.changed", after: { fields: Object.keys(input) } }];
  });
}

/** A new draft with what another says, to whom and how; not when, and nothing of what it did. */
export function copyBroadcast(outer: ActionContext, input: { broadcastId: string }): Promise<BroadcastContract> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, locale } = ctx.actor;
    const row = await ownBroadcast(ctx, input.broadcastId);
    const { botIds, chatIds, segmentId, condition, categoryId, variants, experiment, options } = row;
    for (const { letter } of variants) await keepFilesOf(ctx.db, workspaceId, letter);
    const copy = await insertBroadcast(ctx.db, {
      workspaceId,
      name: translator(locale)("broadcasts.copy_of", { name: row.name }).slice(0, 120),
      botIds,
      chatIds,
      segmentId,
      condition,
      categoryId,
      variants,
      experiment,
      options,
      createdBy: personOf(ctx),
    });
    await recordAudit(ctx, {
      action: "broadcast.created",
      subjectKind: "broadcast",
      subjectId: copy.id,
      after: { copyOf: row.id },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: copy.id });
    return present(ctx, copy);
  });
}

/** Only what was never sent can be deleted: the rest is history. Throws broadcasts.not_a_draft. */
export function deleteBroadcast(outer: ActionContext, input: { broadcastId: string }): Promise<{ ok: true }> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const row = await lockOwnBroadcast(ctx.db, workspaceId, input.broadcastId);
    if (!row) throw broadcastNotFound();
    if (row.state !== "draft") throw notADraft();
    await deleteBroadcastRow(ctx.db, row.id);
    await recordAudit(ctx, { action: "broadcast.deleted", subjectKind: "broadcast", subjectId: row.id });
    await notifyLive(ctx.db, { workspaceId, topic: "broadcasts", id: row.id });
    return { ok: true };
  });
}
