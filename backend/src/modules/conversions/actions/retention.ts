/** How long conversions are kept: the setting, what it would delete, and the nightly deletion. */
import { pause } from "@backend/kit/clock.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import type { Retention, RetentionPreview } from "../batch-contracts.ts";
import { isKeepDays, leastKeepDays } from "../domain/retention.ts";
import { keepDaysInvalid } from "../errors.ts";
import {
  countOwnBefore,
  deleteOwnDaysBefore,
  deleteOwnSlice,
  findOldestOwn,
  findOwnBoundary,
  findOwnSettings,
  listKeepers,
  lockOwnSettings,
  saveOwnSettings,
} from "../retention-queries.ts";

export async function readRetention(ctx: ActionContext): Promise<Retention> {
  const { workspaceId } = ctx.actor;
  const { keepDays } = await findOwnSettings(ctx.db, workspaceId);
  const oldest = await findOldestOwn(ctx.db, workspaceId);
  return { keepDays, oldestAt: oldest?.toISOString() ?? null };
}

/** Counting stops here: whoever sees so many knows enough. */
const countAtMost = 1_000_000;

/** What the next night would delete under another setting. */
export async function previewRetention(ctx: ActionContext, input: { keepDays: number }): Promise<RetentionPreview> {
  const { workspaceId } = ctx.actor;
  if (!isKeepDays(input.keepDays)) throw keepDaysInvalid(leastKeepDays);
  const { before } = await findOwnBoundary(ctx.db, workspaceId, input.keepDays, ctx.now);
  const count = await countOwnBefore(ctx.db, workspaceId, before, countAtMost);
  return { count: Math.min(count, countAtMost), isCapped: count > countAtMost, before: before.toISOString() };
}

export function changeRetention(outer: ActionContext, input: { keepDays: number | null }): Promise<Retention> {
  const { keepDays } = input;
  if (keepDays !== null && !isKeepDays(keepDays)) throw keepDaysInvalid(leastKeepDays);
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const before = await lockOwnSettings(ctx.db, workspaceId);
    if (before.keepDays !== keepDays) {
      await saveOwnSettings(ctx.db, workspaceId, { keepDays });
      await recordAudit(ctx, {
        action: "conversions.retention_changed",
        subjectKind: "workspace",
        subjectId: workspaceId,
        before: { ...before },
        after: { keepDays },
      });
      await notifyLive(ctx.db, { workspaceId, topic: "retention" });
    }
    return readRetention(ctx);
  });
}

const sliceSize = 1_000;
/** Between two small deletes, so that others get their turn at disk and locks. */
const breathMs = 20;
/** One night's work in one workspace ends here; the next night goes on. */
const slicesAtMost = 2_000;

/**
 * The nightly job: a slice at a time, each a transaction of its own, in every workspace that asked for it. Days go whole, so what
 * is left of statistics is right. Safe to stop at any moment and to run twice.
 */
export async function forgetConversions(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  for (const { workspaceId, keepDays } of await listKeepers(ctx.db)) {
    const { day, before } = await findOwnBoundary(ctx.db, workspaceId, keepDays, ctx.now);
    let deleted = 0;
    for (let n = 0; n < slicesAtMost; n++) {
      const count = await deleteOwnSlice(ctx.db, workspaceId, before, sliceSize);
      deleted += count;
      if (count < sliceSize) break;
      await pause(breathMs);
    }
    await deleteOwnDaysBefore(ctx.db, workspaceId, day);
    if (deleted === 0) continue;
    await notifyLive(ctx.db, { workspaceId, topic: "conversions" });
    ctx.log.info({ workspaceId, deleted, before }, "old conversions deleted");
  }
}
