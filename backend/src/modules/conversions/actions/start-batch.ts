import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { recordAudit } from "@backend/modules/identity/index.ts";
import { type Batch, type CountQuery, maxBatch, type StartBatch } from "../batch-contracts.ts";
import { runBatchJob } from "../batch-jobs.ts";
import { type BatchRow, findLatestOwnBatch, findOwnBatch, insertBatch, stopOwnBatch } from "../batch-queries.ts";
import { chosenOf, measureOwn } from "../bulk-queries.ts";
import { batchNotFound, batchRunning, batchTooLarge, chooseOne } from "../errors.ts";
import { hiddenConnectionIds } from "../queries.ts";
import { filterOf } from "./list-conversions.ts";

export const presentBatch = (row: BatchRow): Batch => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  total: row.total,
  done: row.doneCount,
  made: row.madeCount,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

/**
 * Begins bulk work on conversions: a job walks them, one batch at a time per workspace. What comes after this moment is not in it.
 * Throws conversions.batch_running, and conversions.batch_too_large for more than one batch may have.
 */
export function startBatch(outer: ActionContext, input: StartBatch): Promise<Batch> {
  const { kind, ids, filter } = input;
  if ((ids === undefined) === (filter === undefined)) throw chooseOne();
  return inTransaction(outer, async (ctx) => {
    const { workspaceId, ...actor } = ctx.actor;
    const hidden = await hiddenConnectionIds(ctx.db, ctx.actor);
    const chosen = chosenOf(ids, { ...filterOf(filter ?? {}), hidden });
    const { count, lowest, highest } = await measureOwn(ctx.db, workspaceId, chosen, maxBatch);
    if (count > maxBatch) throw batchTooLarge(maxBatch);
    const row = await insertBatch(ctx.db, {
      workspaceId,
      kind,
      ids: ids ?? null,
      // The job acts for the workspace: what its owner is not shown is kept from it here.
      filter: count > 0 ? { ...filter, hidden } : null,
      total: count,
      checkpointId: lowest - 1n,
      ceilingId: highest,
      requestedBy: actor.kind === "person" ? actor.personId : null,
      ...(count === 0 ? { state: "done" as const, finishedAt: ctx.now } : {}),
    });
    if (!row) throw batchRunning();
    await recordAudit(ctx, {
      action: "conversions.batch_started",
      subjectKind: "conversion_batch",
      subjectId: row.id,
      // What was searched for may be somebody's name: only that there was a search is kept.
      after: {
        kind,
        total: count,
        ...filter,
        ...(filter?.search === undefined ? {} : { search: "…" }),
        ...(ids ? { ids } : {}),
      },
    });
    if (count > 0) await enqueue(ctx.db, runBatchJob, { batchId: row.id, workspaceId });
    await notifyLive(ctx.db, { workspaceId, topic: "batches", id: row.id });
    return presentBatch(row);
  });
}

/** What was done stays done; nothing more is. A batch that has ended is answered as it is. */
export function stopBatch(outer: ActionContext, input: { batchId: string }): Promise<Batch> {
  return inTransaction(outer, async (ctx) => {
    const { workspaceId } = ctx.actor;
    const stopped = await stopOwnBatch(ctx.db, workspaceId, input.batchId, ctx.now);
    if (!stopped) return readBatch(ctx, input);
    await recordAudit(ctx, {
      action: "conversions.batch_stopped",
      subjectKind: "conversion_batch",
      subjectId: stopped.id,
      after: { done: stopped.doneCount, made: stopped.madeCount },
    });
    await notifyLive(ctx.db, { workspaceId, topic: "batches", id: stopped.id });
    return presentBatch(stopped);
  });
}

export async function readBatch(ctx: ActionContext, input: { batchId: string }): Promise<Batch> {
  const row = await findOwnBatch(ctx.db, ctx.actor.workspaceId, input.batchId);
  if (!row) throw batchNotFound();
  return presentBatch(row);
}

const shownForMs = 86_400_000;

export async function readLatestBatch(ctx: ActionContext): Promise<{ batch: Batch | null }> {
  const since = new Date(ctx.now.getTime() - shownForMs);
  const row = await findLatestOwnBatch(ctx.db, ctx.actor.workspaceId, since);
  return { batch: row && presentBatch(row) };
}

/** How many conversions a filter finds, as far as one batch may go. */
export async function countConversions(
  ctx: ActionContext,
  input: CountQuery,
): Promise<{ count: number; isCapped: boolean }> {
  const hidden = await hiddenConnectionIds(ctx.db, ctx.actor);
  const chosen = chosenOf(null, { ...filterOf(input), hidden });
  const { count } = await measureOwn(ctx.db, ctx.actor.workspaceId, chosen, maxBatch);
  return { count: Math.min(count, maxBatch), isCapped: count > maxBatch };
}
