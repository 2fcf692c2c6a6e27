import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import type { Db } from "@db/client.ts";
import { becomeRoller, listDueDays, listDueSpans, rollDay, rollSpan } from "../day-rolls.ts";
import { closedUntil } from "../domain/counting.ts";
import { rollDaysJob } from "../roll-jobs.ts";

const daysAtOnce = 400;
/** A pass ends after this long, and the next begins as long after it: counting never takes a whole processor for itself. */
const passMs = 20_000;

/**
 * Counts every day that is not counted up to the last closed hour, newest first, then adds up the weeks and months that are over; each in
 * a transaction of its own. Safe to run twice at once and to stop at any moment. Answers with the number of days counted.
 */
export async function rollDays(ctx: ActionContext, _: Record<string, never>): Promise<number> {
  const startedAt = performance.now();
  const isTimeUp = () => performance.now() - startedAt > passMs;
  const busy = new Set<string>();
  const touched = new Set<string>();
  const roll = async (workspaceId: string, work: (tx: Db) => Promise<void>) => {
    if (busy.has(workspaceId)) return false;
    const isDone = await inTransaction(ctx, async ({ db }) => {
      const isMine = await becomeRoller(db, workspaceId);
      if (isMine) await work(db);
      return isMine;
    });
    (isDone ? touched : busy).add(workspaceId);
    return isDone;
  };

  let rolled = 0;
  const due = await listDueDays(ctx.db, closedUntil(ctx.now), daysAtOnce);
  for (const day of due) {
    if (isTimeUp()) break;
    if (await roll(day.workspaceId, (tx) => rollDay(tx, day))) rolled++;
  }
  for (const span of await listDueSpans(ctx.db, [...touched], ctx.now)) {
    if (isTimeUp()) break;
    await roll(span.workspaceId, (tx) => rollSpan(tx, span));
  }
  if (rolled > 0 && (isTimeUp() || due.length === daysAtOnce))
    await enqueue(ctx.db, rollDaysJob, {}, { runAt: new Date(Date.now() + passMs) });
  return rolled;
}
