import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { notifyLive } from "@backend/kit/live.ts";
import { settingAside } from "@backend/kit/set-aside.ts";
import { runBatchJob } from "../batch-jobs.ts";
import { advanceBatch, type BatchRow, findOwnBatch, lockOwnBatch, stopOwnBatch } from "../batch-queries.ts";
import { tellAgain } from "../batch-tell-again.ts";
import { chosenOf, sliceOwnUpwards } from "../bulk-queries.ts";
import type { ConversionFilterQuery } from "../contracts.ts";
import type { ConversionsPorts } from "../ports.ts";
import { filterOf } from "./list-conversions.ts";

/** Conversions in one slice, and in one run of the job before it makes room for others. */
const sliceSize = { replay: 200, reroute: 50 } as const;
const donePerRun = 2_000;

/**
 * The job: from the checkpoint to the ceiling, a slice at a time. Killed anywhere, it goes on from the last checkpoint and does
 * nothing twice: messages are queued, and copies of calls stored, in the transaction that moves the checkpoint.
 */
export async function runBatch(
  ctx: ActionContext<ConversionsPorts>,
  input: { batchId: string; workspaceId: string },
): Promise<void> {
  for (let doneNow = 0; ; ) {
    const row = await findOwnBatch(ctx.db, input.workspaceId, input.batchId);
    if (row?.state !== "running") return;
    const step = await doSlice(ctx, row);
    if (step.isDone) return;
    doneNow += step.done;
    if (doneNow >= donePerRun) return void (await enqueue(ctx.db, runBatchJob, input));
  }
}

/** The job `conversions.run-batch`: one that fails every time has failed, and another may begin. */
export const runBatchOrFail = settingAside(runBatch, {
  work: "conversions.run-batch",
  subjectOf: ({ batchId }) => batchId,
  async giveUp({ db, now }, { workspaceId, batchId: id }) {
    if (await stopOwnBatch(db, workspaceId, id, now, "failed"))
      await notifyLive(db, { workspaceId, topic: "batches", id });
  },
});

function sliceOf(ctx: ActionContext, row: BatchRow) {
  const { hidden, ...filter } = (row.filter ?? {}) as ConversionFilterQuery & { hidden?: string[] };
  return sliceOwnUpwards(ctx.db, row.workspaceId, chosenOf(row.ids, { ...filterOf(filter), hidden }), {
    after: row.checkpointId,
    ceiling: row.ceilingId,
    size: sliceSize[row.kind],
  });
}

interface Step {
  done: number;
  isDone: boolean;
}

async function advance(
  ctx: ActionContext,
  row: BatchRow,
  slice: Awaited<ReturnType<typeof sliceOf>>,
  made: number,
): Promise<Step> {
  const isDone = slice.last === null || slice.last >= row.ceilingId;
  const done = slice.rows.length;
  await advanceBatch(ctx.db, row, { checkpointId: slice.last ?? row.ceilingId, done, made, isDone, now: ctx.now });
  await notifyLive(ctx.db, { workspaceId: row.workspaceId, topic: "batches", id: row.id });
  return { done, isDone };
}

function doSlice(outer: ActionContext<ConversionsPorts>, { id, workspaceId }: BatchRow): Promise<Step> {
  return inTransaction(outer, async (ctx) => {
    const row = await lockOwnBatch(ctx.db, workspaceId, id);
    if (row?.state !== "running") return { done: 0, isDone: true };
    const slice = await sliceOf(ctx, row);
    const made = row.kind === "reroute" ? await tellAll(ctx, slice.rows, row) : await replayAll(ctx, slice.rows, row);
    return advance(ctx, row, slice, made);
  });
}

type Slice = Awaited<ReturnType<typeof sliceOf>>["rows"];

async function tellAll(ctx: ActionContext<ConversionsPorts>, rows: Slice, batch: BatchRow): Promise<number> {
  let made = 0;
  for (const conversion of rows) made += await tellAgain(ctx, conversion.id, batch.id);
  return made;
}

function replayAll(ctx: ActionContext<ConversionsPorts>, rows: Slice, batch: BatchRow): Promise<number> {
  const eventIds = rows.flatMap(({ eventId }) => (eventId === null ? [] : [String(eventId)]));
  return ctx.ports.replayCalls(ctx.db, batch.workspaceId, eventIds, `batch:${batch.id}`);
}
