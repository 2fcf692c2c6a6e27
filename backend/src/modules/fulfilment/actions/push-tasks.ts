import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { killPoint } from "@backend/kit/kill-points.ts";
import { findFirstWorkspaceId } from "@backend/modules/identity/index.ts";
import { pushTasksJob } from "../jobs.ts";
import { noteMoves } from "../moves.ts";
import type { FulfilmentPorts } from "../ports.ts";
import { readQueue, type TaskRow } from "../queries.ts";
import { confirmPushed, listUnconfirmed, takeTasks } from "../worker-queries.ts";
import { releaseIn } from "./release-expired.ts";
import { presentWork } from "./work.ts";

/** Tasks of one call. */
const batchSize = 50;
/** What was pushed is the worker's for so long before it must be heard of: it has its own queue. */
const pushLeaseSec = 900;

/**
 * Brings waiting tasks of the first workspace (whose the environment is) to the worker that is pushed to, batch by batch. They are leased
 * before the call and confirmed after it: a call whose answer was lost is repeated with the same leases, which is the same tasks there,
 * and a push that nobody confirms ends with its lease and is no attempt. Throws what the worker's adapter throws, to be tried again.
 */
export async function pushTasks(outer: ActionContext<FulfilmentPorts>): Promise<void> {
  const { mainBot } = outer.ports;
  const workspaceId = mainBot && (await findFirstWorkspaceId(outer.db));
  if (!mainBot || !workspaceId) return;
  for (;;) {
    const batch = await inTransaction(outer, (ctx) => nextBatch(ctx, workspaceId));
    if (batch.length === 0) return;
    await mainBot.send(batch.map((task) => presentWork(task, outer.ports.vault)));
    killPoint("fulfilment.pushed");
    await confirmPushed(
      outer.db,
      batch.map(({ id, lease }) => ({ id, lease })),
      outer.now,
    );
    if (batch.length < batchSize) return;
  }
}

async function nextBatch(ctx: ActionContext, workspaceId: string): Promise<TaskRow[]> {
  const { db, now } = ctx;
  await releaseIn(ctx, workspaceId);
  const unconfirmed = await listUnconfirmed(db, workspaceId, now, batchSize);
  if (unconfirmed.length > 0) return unconfirmed;
  const taken = await takeTasks(db, workspaceId, { keyId: null, leaseSec: pushLeaseSec, limit: batchSize, now });
  await noteMoves(ctx, taken, "pushed", (task) => ({ details: { lease: task.lease } }));
  return taken;
}

/** Leaves a push for what an earlier one did not bring out: its tries may have ended while the worker was away. */
export async function sweepPush(ctx: ActionContext<FulfilmentPorts>): Promise<void> {
  const workspaceId = ctx.ports.mainBot && (await findFirstWorkspaceId(ctx.db));
  if (workspaceId && (await readQueue(ctx.db, workspaceId)).waiting > 0) await enqueue(ctx.db, pushTasksJob, {});
}
