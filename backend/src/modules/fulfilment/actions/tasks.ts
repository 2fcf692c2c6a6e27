/** Tasks as the team sees them, and what it may do with one. */
import { translator } from "@backend/i18n/index.ts";
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { invalid } from "@backend/kit/errors.ts";
import { enqueue } from "@backend/kit/jobs.ts";
import { decodeCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { isUuid } from "@backend/kit/uuid.ts";
import { keyRefsOf, personRefsOf, recordAudit } from "@backend/modules/identity/index.ts";
import type { Task, TaskDetails, TaskListQuery } from "../contracts.ts";
import { readPostAddress } from "../domain/address.ts";
import { proofLines } from "../domain/progress.ts";
import { actsOn } from "../domain/task.ts";
import { cannotCancel, cannotRelease, cannotRetry, taskNotFound } from "../errors.ts";
import { pushTasksJob } from "../jobs.ts";
import { type EventKind, noteMoves, returnWorth } from "../moves.ts";
import type { FulfilmentPorts } from "../ports.ts";
import { type Names, presentTask, workerRef, worthOf } from "../present.ts";
import {
  type After,
  findOwnTask,
  type ListedTask,
  listEvents,
  listOwnTasks,
  lockOwnTask,
  type TaskFilter,
  type TaskRow,
  updateTask,
} from "../queries.ts";
import { tellCustomers } from "../tell.ts";

/** Where a page ended: its last row's moment in microseconds, and its id. */
export const placeOf = (row: ListedTask): [string, string] => [row.place, row.id];

/** Throws common.bad_cursor for what `placeOf` did not make. */
export function afterOf(parts: string[] | null): After {
  if (!parts) return null;
  const [micros = "", id = ""] = parts;
  if (!/^\d{1,17}$/.test(micros) || !isUuid(id)) throw invalid("common.bad_cursor");
  return [micros, id];
}

/** A whole address is found however it is written; anything else is looked for inside addresses. */
export function filterOf({ search, ...filter }: Omit<TaskListQuery, "cursor" | "limit">): TaskFilter {
  const text = search?.trim() ?? "";
  if (text === "") return filter;
  const read = readPostAddress(text);
  return read.ok ? { ...filter, address: read.address } : { ...filter, part: text };
}

export async function listTasks(ctx: ActionContext, input: TaskListQuery): Promise<Page<Task>> {
  const { workspaceId, locale } = ctx.actor;
  const { cursor, limit = defaultLimit, ...filter } = input;
  const rows = await listOwnTasks(ctx.db, workspaceId, filterOf(filter), afterOf(decodeCursor(cursor, 2)), limit);
  const names = await namesOf(ctx, rows);
  return toPage(rows, limit, placeOf, (row) => presentTask(row, names, locale));
}

/** What people and workers of these rows are called. */
export async function namesOf(
  ctx: ActionContext,
  rows: readonly TaskRow[],
  personIds: readonly string[] = [],
): Promise<Names> {
  const { workspaceId } = ctx.actor;
  const ids = [...new Set([...rows.map(({ personId }) => personId), ...personIds])];
  const keys = await keyRefsOf(ctx.db, workspaceId);
  return {
    people: await personRefsOf(ctx.db, workspaceId, ids),
    workers: new Map(keys.map(({ id, name }) => [id, name])),
  };
}

/** Throws fulfilment.task_not_found. */
export async function readTask(ctx: ActionContext, input: { taskId: string }): Promise<TaskDetails> {
  const task = await findOwnTask(ctx.db, ctx.actor.workspaceId, input.taskId);
  if (!task) throw taskNotFound();
  const { locale } = ctx.actor;
  const t = translator(locale);
  const events = await listEvents(ctx.db, task.id);
  const names = await namesOf(
    ctx,
    [task],
    events.flatMap(({ personId }) => personId ?? []),
  );
  return {
    task: presentTask(task, names, locale),
    orderId: task.orderId,
    url: task.url,
    externalTaskId: task.externalTaskId,
    worth: worthOf(task),
    proof: proofLines(task.proof),
    events: events.map((event) => ({
      at: event.at.toISOString(),
      kind: event.kind,
      worker: workerRef(names, event.workerKeyId),
      person: names.people.get(event.personId ?? "") ?? null,
      text:
        typeof event.details.text === "string"
          ? event.details.text
          : event.kind === "lost"
            ? t("fulfilment.problem.lease_expired")
            : null,
    })),
    acts: actsOn(aboutOf(task), ctx.now),
  };
}

const aboutOf = (task: TaskRow) => ({
  state: task.state,
  deadlineAt: task.deadlineAt,
  isReturned: task.returnedAt !== null,
});

type Change = Parameters<typeof updateTask>[2];
type Act = keyof ReturnType<typeof actsOn>;

/** One act of a member: lock, ask the machine, change, leave the trace. */
function act(
  outer: ActionContext<FulfilmentPorts>,
  taskId: string,
  how: {
    act: Act;
    refuse: () => Error;
    kind: EventKind;
    change: (task: TaskRow) => Change;
    after?: (ctx: ActionContext<FulfilmentPorts>, task: TaskRow) => Promise<TaskRow>;
  },
): Promise<TaskDetails> {
  return inTransaction(outer, async (ctx) => {
    const { actor, db, now } = ctx;
    const task = await lockOwnTask(db, actor.workspaceId, taskId);
    if (!task) throw taskNotFound();
    if (!actsOn(aboutOf(task), now)[how.act]) throw how.refuse();
    const changed = await updateTask(db, task.id, how.change(task));
    const row = how.after ? await how.after(ctx, changed) : changed;
    await noteMoves(ctx, [row], how.kind, () => ({ personId: actor.kind === "person" ? actor.personId : null }));
    await recordAudit(ctx, {
      action: `task.${how.kind}`,
      subjectKind: "task",
      subjectId: task.id,
      before: { state: task.state },
      after: { state: row.state, returned: row.returnedAt !== null },
    });
    if (row.state === "created" && ctx.ports.mainBot) await enqueue(db, pushTasksJob, {});
    return readTask(ctx, { taskId });
  });
}

/** A failed task goes back into the queue with all its attempts. Throws fulfilment.task_not_found, cannot_retry. */
export const retryTask = (ctx: ActionContext<FulfilmentPorts>, input: { taskId: string }): Promise<TaskDetails> =>
  act(ctx, input.taskId, {
    act: "retry",
    refuse: cannotRetry,
    kind: "retried",
    change: () => ({ state: "created", attempts: 0, problem: null, endedAt: null, leaseUntil: null, progress: {} }),
  });

/** The team gives a post up: its worth goes back, and its customer is told. Throws fulfilment.task_not_found, cannot_cancel. */
export const cancelTask = (ctx: ActionContext<FulfilmentPorts>, input: { taskId: string }): Promise<TaskDetails> =>
  act(ctx, input.taskId, {
    act: "cancel",
    refuse: cannotCancel,
    kind: "cancelled",
    change: () => ({ state: "cancelled", problem: "cancelled_by_team", endedAt: ctx.now, leaseUntil: null }),
    async after(inner, task) {
      const row = await returnWorth(inner, task);
      await tellCustomers(inner, [row], "cancelled");
      return row;
    },
  });

/**
 * Takes a task out of its worker's hands, so that another may take it; what that worker says of it afterwards is refused. It was no
 * attempt of his that failed, so it counts as none. Throws fulfilment.task_not_found, cannot_release.
 */
export const releaseTask = (ctx: ActionContext<FulfilmentPorts>, input: { taskId: string }): Promise<TaskDetails> =>
  act(ctx, input.taskId, {
    act: "release",
    refuse: cannotRelease,
    kind: "released",
    change: (task) => ({ state: "created", attempts: task.attempts - 1, leaseUntil: null }),
  });
