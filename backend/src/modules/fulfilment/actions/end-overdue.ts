import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { noteMoves, returnWorth } from "../moves.ts";
import { updateTask } from "../queries.ts";
import { tellCustomers, tellTeamOfLate } from "../tell.ts";
import { lockOverdue } from "../worker-queries.ts";

/** Tasks of one firing; what is left is the next minute's. */
const atMost = 2_000;

/**
 * What is not done by its deadline is cancelled (what failed before stays failed), its worth goes back to the customer's balance, and both
 * sides are told. One transaction for each: several in one would take the tills of several workspaces in an order of chance, and hold
 * the first for as long as all of them take.
 */
export async function endOverdue(outer: ActionContext): Promise<void> {
  for (let ended = 0; ended < atMost && (await inTransaction(outer, endOldest)); ended++);
}

async function endOldest(ctx: ActionContext): Promise<boolean> {
  const { db, now } = ctx;
  const [task] = await lockOverdue(db, now, 1);
  if (!task) return false;
  const row =
    task.state === "failed"
      ? task
      : await updateTask(db, task.id, { state: "cancelled", problem: "deadline", endedAt: now, leaseUntil: null });
  const ended = await returnWorth(ctx, row);
  await noteMoves(ctx, [ended], "late", () => ({ workerKeyId: task.workerKeyId, details: { lease: task.lease } }));
  await tellCustomers(ctx, [ended], "late");
  await tellTeamOfLate(ctx, ended);
  return true;
}
