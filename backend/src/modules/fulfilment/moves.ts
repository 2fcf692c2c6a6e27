/** What every move of a task has in common: its trace, the fact, and the screens that show it. */
import type { ActionContext } from "@backend/kit/context.ts";
import { publishAll } from "@backend/kit/events.ts";
import { notifyLiveAll } from "@backend/kit/live.ts";
import { book, transfer } from "@backend/modules/payments/index.ts";
import { returnable } from "@backend/modules/shop/index.ts";
import { taskMoved, worthReturned } from "./events.ts";
import { insertEvents, type NewTaskEvent, type TaskRow, updateTask } from "./queries.ts";

export type EventKind =
  | "added"
  | "taken"
  | "pushed"
  | "working"
  | "completed"
  | "failed"
  | "lost"
  | "released"
  | "retried"
  | "cancelled"
  | "late";

type Cause = Partial<Pick<NewTaskEvent, "workerKeyId" | "personId" | "details">>;
type Moving = Pick<ActionContext, "db" | "now">;

/** Screens ask for many tasks at once when many move; then nobody is told which. */
const toldOneByOne = 20;

/**
 * Writes down that tasks moved, in the transaction that moved them. `causeOf` says by whom; the rows are as they are now.
 */
export async function noteMoves(
  { db, now }: Moving,
  moved: readonly TaskRow[],
  kind: EventKind,
  causeOf: (task: TaskRow) => Cause,
): Promise<void> {
  if (moved.length === 0) return;
  await insertEvents(
    db,
    moved.map((task) => ({ taskId: task.id, workspaceId: task.workspaceId, at: now, kind, ...causeOf(task) })),
  );
  await publishAll(
    db,
    taskMoved,
    moved.map(({ id, workspaceId, personId, orderId, platform, state }) => ({
      workspaceId,
      taskId: id,
      personId,
      orderId,
      platform,
      state,
      isLate: kind === "late",
    })),
  );
  await tellScreens(db, moved);
}

/** That tasks look different now. */
export async function tellScreens(db: Moving["db"], changed: readonly TaskRow[]): Promise<void> {
  if (changed.length <= toldOneByOne)
    return notifyLiveAll(
      db,
      changed.map(({ id, workspaceId, personId }) => ({ workspaceId, topic: "tasks", id, personId })),
    );
  // One word for each customer: a person outside the team hears of nothing that does not name him.
  const concerned = new Map(changed.map(({ personId, workspaceId }) => [personId, workspaceId]));
  await notifyLiveAll(
    db,
    [...concerned].map(([personId, workspaceId]) => ({ workspaceId, topic: "tasks", personId })),
  );
}

/**
 * Gives what a post was worth back to its customer's balance, in the caller's transaction, with the task's row locked. Once: the row
 * says whether it happened, and the books refuse a cause that they had. Never more than is left of the order's price: what a refund
 * gave back does not come twice. What one promises waits until it has gone or failed (`settleReturns`), since only then is it known how
 * much of the post that leaves. Answers with the row as it is afterwards, whose worth is what went back.
 */
export async function returnWorth({ db, now }: Moving, task: TaskRow): Promise<TaskRow> {
  const { id, workspaceId, personId, orderId, worth, currency } = task;
  if (worth === null || currency === null || task.returnedAt !== null || task.state === "completed") return task;
  const { amount, isPromised } = await returnable(db, { workspaceId, orderId, amount: worth, currency });
  if (isPromised) return updateTask(db, id, { returnWaits: true });
  if (amount === "0") return updateTask(db, id, { worth: null, returnWaits: false });
  const isFirst = await book(db, {
    workspaceId,
    cause: "task-return",
    causeId: id,
    at: now,
    entries: transfer({ kind: "revenue" }, { kind: "customer", holder: personId }, currency, amount),
  });
  const returned = await updateTask(db, id, { worth: amount, returnedAt: now, returnWaits: false });
  if (isFirst) await publishAll(db, worthReturned, [{ workspaceId, taskId: id, personId, orderId, amount, currency }]);
  return returned;
}
