/**
 * The machine of a task. `created` waits for a worker, `sent` is held by one who has said nothing yet, `processing` is being worked on.
 * A holder has it for as long as he renews his lease; each take is an attempt, and there are at most three.
 */

export const taskStates = ["created", "sent", "processing", "completed", "failed", "cancelled"] as const;
export type TaskState = (typeof taskStates)[number];

/** What became of a post, for figures: `open` is on its way, `returned` gave its worth back, `cancelled` ended without that. */
export type Outcome = "completed" | "open" | "failed" | "returned" | "cancelled";
/** What a worker may say of a task that he holds. */
export const answers = ["processing", "completed", "failed"] as const;
export type Answer = (typeof answers)[number];

export const attemptsAtMost = 3;
/** Seconds that a holder has until he must be heard of again. */
export const lease = { usual: 60, least: 15, most: 3_600 } as const;

export const isOpen = (state: TaskState): boolean => state === "created" || state === "sent" || state === "processing";
export const isHeld = (state: TaskState): boolean => state === "sent" || state === "processing";

/** A task as its holder left it. */
export interface Held {
  state: TaskState;
  attempts: number;
  /** Counts holders. */
  lease: number;
  /** Null: nobody, or a worker that the task was pushed to and that has not been heard of. */
  holder: string | null;
  leaseUntil: Date | null;
}

export type Refused =
  /** Ended already: completed, failed or cancelled. */
  | "ended"
  /** In the hands of another, or waiting for one: this worker has it no more. */
  | "lost"
  /** Its time ran out; somebody else may take it any moment. */
  | "expired";

/**
 * Whether what a worker says of a task counts. `named` is the lease that he names: without one he speaks as whoever holds the task,
 * which is enough for programs that take one task at a time. What was pushed belongs to the first who names its lease.
 */
export function refusalOf(task: Held, by: { holder: string; named: number | null }, now: Date): Refused | null {
  if (!isOpen(task.state)) return "ended";
  if (!isHeld(task.state)) return "lost";
  const isOwn = task.holder === null ? by.named !== null : task.holder === by.holder;
  if (!isOwn || (by.named !== null && by.named !== task.lease)) return "lost";
  return task.leaseUntil === null || task.leaseUntil <= now ? "expired" : null;
}

/** Where a failed attempt leaves a task: back in the queue, or failed for good with the last one or by the worker's own word. */
export const afterFailure = (attempts: number, isFinal: boolean): "created" | "failed" =>
  isFinal || attempts >= attemptsAtMost ? "failed" : "created";

/** Where an answer leads; every answer leads somewhere from both states in which a task is held. */
export function afterAnswer(answer: Answer, attempts: number, isFinal: boolean): TaskState {
  return answer === "failed" ? afterFailure(attempts, isFinal) : answer;
}

/** What a member may do with a task as it is. A failed one may be tried again until its deadline, or its worth, is gone. */
export function actsOn(
  task: { state: TaskState; deadlineAt: Date; isReturned: boolean },
  now: Date,
): { retry: boolean; cancel: boolean; release: boolean } {
  return {
    retry: task.state === "failed" && !task.isReturned && task.deadlineAt > now,
    cancel: isOpen(task.state) || (task.state === "failed" && !task.isReturned),
    release: isHeld(task.state),
  };
}
