import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { stepOver } from "@backend/kit/set-aside.ts";
import { isGoingBack } from "@backend/modules/shop/index.ts";
import { noteMoves, returnWorth, tellScreens } from "../moves.ts";
import { type TaskRow, updateTask } from "../queries.ts";
import { tellCustomers, tellTeamOfLate } from "../tell.ts";
import { listWaitingReturns, lockOverdue, lockWaitingReturn } from "../worker-queries.ts";

/** Tasks of one firing; what is left is the next minute's. */
const atMost = 2_000;

/**
 * What is not done by its deadline is cancelled (what failed before stays failed), its worth goes back to the customer's balance, and both
 * sides are told. One transaction for each: several in one would take the tills of several workspaces in an order of chance, and hold
 * the first for as long as all of them take. One that fails is stepped over until the next minute.
 */
export async function endOverdue(outer: ActionContext): Promise<void> {
  const stumbled: string[] = [];
  for (let ended = 0; ended < atMost; ended++) {
    let task: TaskRow | null = null;
    const named: Record<string, string> = {};
    const isDone = await stepOver(outer, named, "a task that missed its deadline could not be ended", () =>
      inTransaction(outer, async (ctx) => {
        task = await lockOverdue(ctx.db, ctx.now, stumbled);
        if (!task) return;
        named.taskId = task.id;
        await endLate(ctx, task);
      }),
    );
    const found = task as TaskRow | null;
    if (found === null) break;
    if (!isDone) stumbled.push(found.id);
  }
  await settleReturns(outer);
}

/**
 * What was not done while a refund that might take its worth was under way: the refund has gone or failed, and what it leaves of the
 * worth goes back. Looked for every minute rather than told by the refund, whose end nobody who looks at a post at that moment would see.
 */
async function settleReturns(outer: ActionContext): Promise<void> {
  for (const order of await listWaitingReturns(outer.db)) {
    await stepOver(
      outer,
      { orderId: order.orderId },
      "what was not done of an order could not be returned",
      async () => {
        if (await isGoingBack(outer.db, order)) return;
        while (await inTransaction(outer, (ctx) => settleReturn(ctx, order.orderId)));
      },
    );
  }
}

async function settleReturn(ctx: ActionContext, orderId: string): Promise<boolean> {
  const task = await lockWaitingReturn(ctx.db, orderId);
  if (!task) return false;
  const row = await returnWorth(ctx, task);
  await tellScreens(ctx.db, [row]);
  if (row.returnedAt) await tellCustomers(ctx, [row], "returned");
  // Another refund was asked for meanwhile: then that one is waited for.
  return !row.returnWaits;
}

async function endLate(ctx: ActionContext, task: TaskRow): Promise<void> {
  const { db, now } = ctx;
  const row =
    task.state === "failed"
      ? task
      : await updateTask(db, task.id, { state: "cancelled", problem: "deadline", endedAt: now, leaseUntil: null });
  const ended = await returnWorth(ctx, row);
  await noteMoves(ctx, [ended], "late", () => ({ workerKeyId: task.workerKeyId, details: { lease: task.lease } }));
  await tellCustomers(ctx, [ended], "late");
  await tellTeamOfLate(ctx, ended);
}
