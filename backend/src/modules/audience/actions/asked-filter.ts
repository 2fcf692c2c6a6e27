/** Whom a filter means, once its segment or its condition has been looked at. */
import type { ActionContext } from "@backend/kit/context.ts";
import { findWorkspace } from "@backend/modules/identity/index.ts";
import type { SubscriberFilterBody } from "../contracts.ts";
import type { Condition } from "../domain/segment.ts";
import type { SubscriberFilter } from "../queries.ts";
import { assertUsable } from "../segment-check.ts";
import { chooseOne, segmentNotFound } from "../segment-errors.ts";
import { findOwnSegment } from "../segment-queries.ts";
import { conditionOf } from "./segments.ts";

/** Of a saved segment, or as it was given; null = everybody. Throws segments.choose_one and segments.segment_not_found. */
export async function conditionAsked(
  ctx: ActionContext,
  { condition, segmentId }: { condition?: Condition | null; segmentId?: string | null },
): Promise<Condition | null> {
  if (!segmentId) return condition ?? null;
  if (condition) throw chooseOne();
  const row = await findOwnSegment(ctx.db, ctx.actor.workspaceId, segmentId);
  if (!row) throw segmentNotFound();
  return conditionOf(row);
}

/** Throws what `conditionAsked` does, and refuses a condition that names what is gone (`assertUsable`). */
export async function filterAsked(ctx: ActionContext, asked: SubscriberFilterBody): Promise<SubscriberFilter> {
  const { tagId, segmentId: _, condition: __, ...rest } = asked;
  const condition = await conditionAsked(ctx, asked);
  const { workspaceId } = ctx.actor;
  const filter = { ...rest, ...(tagId === undefined ? {} : { tagId: Number(tagId) }) };
  if (condition === null) return filter;
  await assertUsable(ctx.db, workspaceId, condition);
  const { timeZone } = await findWorkspace(ctx.db, workspaceId);
  return { ...filter, meant: { condition, now: ctx.now, timeZone } };
}
