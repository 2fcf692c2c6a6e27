import { pause } from "@backend/kit/clock.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { deleteOldReports } from "../report-queries.ts";

const keptDays = 30;
const slice = 200;
/** Between two small deletes, so that others get their turn at disk and locks. */
const breathMs = 20;
/** One night's work ends here; the next night goes on. */
const slicesAtMost = 1_000;

/** The nightly job: answers that nobody has asked for anew in a month. Safe to stop at any moment and to run twice. */
export async function forgetReports(ctx: ActionContext, _: Record<string, never>): Promise<void> {
  const before = new Date(ctx.now.getTime() - keptDays * 86_400_000);
  for (let n = 0; n < slicesAtMost && (await deleteOldReports(ctx.db, before, slice)) > 0; n++) await pause(breathMs);
}
