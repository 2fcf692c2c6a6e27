import { pause } from "@backend/kit/clock.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { deleteEndedMutes, deleteOldHeldSlice, deletePassedCounters } from "../alert-queries.ts";

/** Between two small deletes, so that others get their turn at disk and locks. */
const breathMs = 20;
const slicesAtMost = 5_000;

/** The nightly job: alerts that were told are kept as long as messages are. Safe to stop at any moment and to run twice. */
export async function forgetAlerts(
  ctx: ActionContext<{ keep: { deliveriesDays: number } }>,
  _: Record<string, never>,
): Promise<void> {
  const before = new Date(ctx.now.getTime() - ctx.ports.keep.deliveriesDays * 86_400_000);
  for (let n = 0; n < slicesAtMost && (await deleteOldHeldSlice(ctx.db, before)) > 0; n++) await pause(breathMs);
  await deleteEndedMutes(ctx.db, ctx.now);
  await deletePassedCounters(ctx.db, ctx.now);
}
