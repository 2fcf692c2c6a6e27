import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { noteMoves } from "../moves.ts";
import { tellCustomers } from "../tell.ts";
import { takeBackExpired } from "../worker-queries.ts";

/** Rows of one statement: a worker that asks for tasks waits for it. */
const atOnce = 200;

/**
 * Frees tasks whose holder has not been heard of, in the transaction that `ctx.db` is, and answers how many they were. The third lost
 * attempt is the last: the task has failed.
 */
export async function releaseIn(ctx: ActionContext, workspaceId: string | null): Promise<number> {
  const taken = await takeBackExpired(ctx.db, workspaceId, ctx.now, atOnce);
  await noteMoves(ctx, taken, "lost", (task) => ({
    workerKeyId: task.workerKeyId,
    details: { lease: task.lease, state: task.state },
  }));
  await tellCustomers(
    ctx,
    taken.filter(({ state }) => state === "failed"),
    "failed",
  );
  return taken.length;
}

/** The same for all workspaces, batch by batch. */
export async function releaseExpired(outer: ActionContext): Promise<void> {
  while ((await inTransaction(outer, (ctx) => releaseIn(ctx, null))) === atOnce);
}
