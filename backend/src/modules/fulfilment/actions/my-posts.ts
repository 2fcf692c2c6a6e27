/** A customer's own posts. */
import { type ActionContext, inTransaction } from "@backend/kit/context.ts";
import { decodeCursor, defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import type { MyPost, MyPostDetails, MyPostQuery } from "../contracts.ts";
import { proofLines } from "../domain/progress.ts";
import { isHeld } from "../domain/task.ts";
import { alreadyTaken, cannotCancel, taskNotFound } from "../errors.ts";
import { noteMoves } from "../moves.ts";
import { presentPost } from "../present.ts";
import { findOwnTask, listEvents, listOwnTasks, lockOwnTask, type TaskRow, updateTask } from "../queries.ts";
import { customerOf } from "./add-post.ts";
import { afterOf, placeOf } from "./tasks.ts";

export async function listMyPosts(ctx: ActionContext, input: MyPostQuery): Promise<Page<MyPost>> {
  const { workspaceId, personId, locale } = customerOf(ctx);
  const limit = input.limit ?? defaultLimit;
  const rows = await listOwnTasks(ctx.db, workspaceId, { personId }, afterOf(decodeCursor(input.cursor, 2)), limit);
  return toPage(rows, limit, placeOf, (row) => presentPost(row, locale));
}

/** Throws fulfilment.task_not_found, also for somebody else's post. */
export async function readMyPost(ctx: ActionContext, input: { taskId: string }): Promise<MyPostDetails> {
  const { workspaceId, personId, locale } = customerOf(ctx);
  const task = await findOwnTask(ctx.db, workspaceId, input.taskId);
  if (task?.personId !== personId) throw taskNotFound();
  return details(ctx, task, locale);
}

async function details(ctx: ActionContext, task: TaskRow, locale: MemberLocale): Promise<MyPostDetails> {
  const events = await listEvents(ctx.db, task.id);
  return {
    post: presentPost(task, locale),
    proof: proofLines(task.proof),
    timeline: events.map(({ at, kind }) => ({ at: at.toISOString(), kind })),
  };
}
type MemberLocale = Parameters<typeof presentPost>[1];

/**
 * A customer takes a post back that no worker has taken yet. What it took of the day's limit is not given back: it would let a limit be
 * used up again and again. Throws fulfilment.task_not_found, already_taken, cannot_cancel.
 */
export function cancelMyPost(outer: ActionContext, input: { taskId: string }): Promise<MyPost> {
  const { workspaceId, personId, locale } = customerOf(outer);
  return inTransaction(outer, async (ctx) => {
    const task = await lockOwnTask(ctx.db, workspaceId, input.taskId);
    if (task?.personId !== personId) throw taskNotFound();
    if (isHeld(task.state)) throw alreadyTaken();
    if (task.state !== "created") throw cannotCancel();
    const row = await updateTask(ctx.db, task.id, {
      state: "cancelled",
      problem: "cancelled_by_you",
      endedAt: ctx.now,
    });
    await noteMoves(ctx, [row], "cancelled", () => ({ personId }));
    return presentPost(row, locale);
  });
}
