/** What workers do: take tasks, say how they get on, and be heard of. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import type { Vault } from "@backend/kit/crypto.ts";
import { forbidden } from "@backend/kit/errors.ts";
import { readResponse } from "../domain/progress.ts";
import { type Answer, afterAnswer, lease as leases, refusalOf, type TaskState } from "../domain/task.ts";
import { answerRefused, responseUnstorable, taskNotFound } from "../errors.ts";
import { noteMoves, tellScreens } from "../moves.ts";
import type { FulfilmentPorts } from "../ports.ts";
import { lockOwnTask, type TaskRow, updateTask } from "../queries.ts";
import { tellCustomers } from "../tell.ts";
import type { HeartbeatBody, PendingQuery, StatusAnswer, StatusBody, WorkerTask } from "../worker-contracts.ts";
import { findLastWord, takeTasks } from "../worker-queries.ts";
import { releaseIn } from "./release-expired.ts";

function keyOf(ctx: ActionContext): string {
  if (ctx.actor.kind !== "api_key") throw forbidden("common.forbidden");
  return ctx.actor.keyId;
}

const usualLimit = 10;

/** The oldest waiting tasks of the workspace, each leased to the caller alone. */
export async function takePending(
  outer: ActionContext<FulfilmentPorts>,
  input: PendingQuery,
): Promise<{ tasks: WorkerTask[] }> {
  const keyId = keyOf(outer);
  return inTransaction(outer, async (ctx) => {
    const { db, now } = ctx;
    const { workspaceId } = ctx.actor;
    // What a dead worker held is free again the moment its lease ends, whenever the job comes.
    await releaseIn(ctx, workspaceId);
    const leaseSec = input.lease_seconds ?? leases.usual;
    const taken = await takeTasks(db, workspaceId, { keyId, leaseSec, limit: input.limit ?? usualLimit, now });
    await noteMoves(ctx, taken, "taken", (task) => ({ workerKeyId: keyId, details: { lease: task.lease } }));
    return { tasks: taken.map((task) => presentWork(task, ctx.ports.vault)) };
  });
}

/** A task as a worker gets it: nothing in it says who the customer is. */
export const presentWork = (task: TaskRow, vault: Pick<Vault, "lookupHash">): WorkerTask => ({
  task_id: task.id,
  lease: task.lease,
  lease_until: task.leaseUntil?.toISOString() ?? "",
  attempt: task.attempts,
  deadline_at: task.deadlineAt.toISOString(),
  post_data: { url: task.url, platform: task.platform, address: task.address },
  package_data: { promises: task.promises },
  user_data: { id: vault.lookupHash("fulfilment.customer", task.personId).slice(0, 32) },
});

/**
 * A worker says how a task stands. Saying it twice answers the same twice; what is said of a task that is not the worker's any more is
 * refused and changes nothing. Throws fulfilment.task_not_found, answer_ended, answer_lost, answer_expired, response_unstorable.
 */
export async function sayStatus(
  outer: ActionContext<FulfilmentPorts>,
  input: StatusBody & { taskId: string },
): Promise<StatusAnswer> {
  const keyId = keyOf(outer);
  const data = input.response_data ?? {};
  if (!isStorable(data) || !isStorable(input.external_task_id ?? "")) throw responseUnstorable();
  return inTransaction(outer, async (ctx) => {
    const task = await lockOwnTask(ctx.db, ctx.actor.workspaceId, input.taskId);
    if (!task) throw taskNotFound();
    const refusal = refusalOf(heldOf(task), { holder: keyId, named: input.lease ?? null }, ctx.now);
    if (refusal) {
      const said = await findLastWord(ctx.db, task.id, keyId, input.lease ?? null);
      if (!said || said.kind !== input.status) throw answerRefused(refusal);
      const { state, lease } = said.details as { state: TaskState; lease: number };
      return { task_id: task.id, status: state, lease, lease_until: null };
    }
    const moved = await recordAnswer(ctx, task, keyId, input);
    return presentAnswer(moved);
  });
}

async function recordAnswer(ctx: ActionContext, task: TaskRow, keyId: string, said: StatusBody): Promise<TaskRow> {
  const { now } = ctx;
  const { progress, proof } = readResponse(said.response_data ?? {});
  const state = afterAnswer(said.status, task.attempts, said.final ?? false);
  const isOver = state !== "processing";
  const row = await updateTask(ctx.db, task.id, {
    state,
    workerKeyId: keyId,
    heardAt: now,
    leaseUntil: isOver ? null : new Date(now.getTime() + task.leaseSec * 1000),
    ...(said.external_task_id === undefined ? {} : { externalTaskId: said.external_task_id }),
    progress: { ...task.progress, ...progress },
    ...(proof === null ? {} : { proof: { ...task.proof, ...proof } }),
    ...(said.status === "failed" ? { problem: "worker_failed" } : {}),
    ...(state === "completed" || state === "failed" ? { endedAt: now } : {}),
  });
  const isFirstWord = said.status !== "processing" || task.state !== "processing";
  if (isFirstWord)
    await noteMoves(ctx, [row], eventOf[said.status], () => ({
      workerKeyId: keyId,
      details: { lease: task.lease, state, ...detailsOf(said, task, now) },
    }));
  else await tellScreens(ctx.db, [row]);
  if (state === "completed" || state === "failed") await tellCustomers(ctx, [row], state);
  return row;
}

const eventOf = { processing: "working", completed: "completed", failed: "failed" } as const satisfies Record<
  Answer,
  string
>;

function detailsOf(said: StatusBody, task: TaskRow, now: Date): Record<string, string | number> {
  const error = said.response_data?.error;
  if (said.status === "failed") return typeof error === "string" && error !== "" ? { text: error } : {};
  // From the first take: what the customer waited for a worker to be done with it.
  return said.status === "completed"
    ? { tookSec: Math.max(0, Math.round((now.getTime() - (task.startedAt ?? now).getTime()) / 1000)) }
    : {};
}

/** A worker is still there. Throws as `sayStatus` does. */
export async function beat(
  outer: ActionContext<FulfilmentPorts>,
  input: HeartbeatBody & { taskId: string },
): Promise<StatusAnswer> {
  const keyId = keyOf(outer);
  return inTransaction(outer, async (ctx) => {
    const { now } = ctx;
    const task = await lockOwnTask(ctx.db, ctx.actor.workspaceId, input.taskId);
    if (!task) throw taskNotFound();
    const refusal = refusalOf(heldOf(task), { holder: keyId, named: input.lease ?? null }, now);
    if (refusal) throw answerRefused(refusal);
    const row = await updateTask(ctx.db, task.id, {
      workerKeyId: keyId,
      heardAt: now,
      leaseUntil: new Date(now.getTime() + task.leaseSec * 1000),
      ...(input.progress === undefined ? {} : { progress: { ...task.progress, progress: input.progress } }),
    });
    // A beat that changes nothing that is shown wakes no screen.
    if (input.progress !== undefined && input.progress !== task.progress.progress) await tellScreens(ctx.db, [row]);
    return presentAnswer(row);
  });
}

const heldOf = (task: TaskRow) => ({
  state: task.state,
  attempts: task.attempts,
  lease: task.lease,
  holder: task.workerKeyId,
  leaseUntil: task.leaseUntil,
});

const presentAnswer = (task: TaskRow): StatusAnswer => ({
  task_id: task.id,
  status: task.state,
  lease: task.lease,
  lease_until: task.leaseUntil?.toISOString() ?? null,
});

/**
 * PostgreSQL holds neither NUL nor half a surrogate pair in JSON. Such text is refused rather than mended: proof that was changed on
 * the way is none.
 */
function isStorable(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed() && !value.includes("\0");
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => isStorable(name) && isStorable(inner));
}
