import { pause } from "@backend/kit/clock.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import type { TrackerLogPorts } from "../ports.ts";
import { connectionsWithLogs, deleteOldLogRows, deleteOldRuns } from "../tracker-log-queries.ts";

/** Between two small deletes, so that others get their turn at disk and locks. */
const breathMs = 20;
/** One night's work for one connection ends here; the next night goes on. */
const slicesAtMost = 1_000;

/** The nightly job: what was compared leaves with the calls it was compared with. Safe to stop at any moment and to run twice. */
export async function forgetLogs(ctx: ActionContext<TrackerLogPorts>, _: Record<string, never>): Promise<void> {
  const before = new Date(ctx.now.getTime() - ctx.ports.keep.inboxDays * 86_400_000);
  for (const connectionId of await connectionsWithLogs(ctx.db)) {
    await repeat(() => deleteOldLogRows(ctx.db, connectionId, before));
    await repeat(() => deleteOldRuns(ctx.db, connectionId, before));
  }
}

async function repeat(slice: () => Promise<number>): Promise<void> {
  for (let n = 0; n < slicesAtMost && (await slice()) > 0; n++) await pause(breathMs);
}
