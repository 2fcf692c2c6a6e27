/** Whom a condition would reach, counted now; and what conditions may be made of. */
import type { ActionContext } from "@backend/kit/context.ts";
import { listOwnBots } from "@backend/modules/bots/index.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import { listOwnFields, listOwnTags } from "../catalog-queries.ts";
import { segmentLimits } from "../domain/segment.ts";
import { isOwnCategory } from "../lookups.ts";
import { humansOf, reachOf } from "../reach.ts";
import type { ReachAnswer, ReachBody, Vocabulary } from "../segment-contracts.ts";
import { botNotFound, categoryNotFound, countStopped } from "../segment-errors.ts";
import { broadcastFacts } from "../segment-facts.ts";
import { listSeenValues } from "../segment-queries.ts";
import { conditionAsked } from "./asked-filter.ts";

/** `signal` aborts when nobody waits for the answer any more; the counting is stopped in the database then. */
export async function countReach(ctx: ActionContext, input: ReachBody & { signal: AbortSignal }): Promise<ReachAnswer> {
  const { workspaceId } = ctx.actor;
  const own = new Set((await listOwnBots(ctx.db, workspaceId)).map(({ id }) => id));
  if (!input.botIds.every((id) => own.has(id))) throw botNotFound();
  const categoryId = input.categoryId ?? null;
  if (categoryId !== null && !(await isOwnCategory(ctx.db, workspaceId, categoryId))) throw categoryNotFound();
  const condition = await conditionAsked(ctx, input);
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  const ask = { workspaceId, botIds: input.botIds, condition, categoryId, now: ctx.now, timeZone };
  try {
    const reach = await reachOf(ctx.db, ask, input.signal);
    const humans = await humansOf(ctx.db, ask, reach.people, { signal: input.signal });
    return { ...reach, humans, countedAt: ctx.now.toISOString() };
  } catch (error) {
    if (input.signal.aborted) throw countStopped(error);
    throw error;
  }
}

export async function readVocabulary(ctx: ActionContext): Promise<Vocabulary> {
  const { db } = ctx;
  const { workspaceId } = ctx.actor;
  const [bots, tags, fields, broadcasts, languages, sources] = await Promise.all([
    listOwnBots(db, workspaceId),
    listOwnTags(db, workspaceId),
    listOwnFields(db, workspaceId),
    broadcastFacts().listNamed(db, workspaceId, segmentLimits.namedBroadcasts),
    listSeenValues(db, workspaceId, "language"),
    listSeenValues(db, workspaceId, "source"),
  ]);
  return {
    bots: bots.map(({ id, name, username }) => ({ id, name, username })),
    tags,
    fields,
    broadcasts: broadcasts.map(({ id, name, sentAt }) => ({ id, name, sentAt: sentAt?.toISOString() ?? null })),
    languages,
    sources,
  };
}
