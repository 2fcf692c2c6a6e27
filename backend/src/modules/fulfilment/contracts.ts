/** Shapes that cross HTTP: what customers and the team see. What workers get is in worker-contracts.ts. */
import { exportFormats, separators } from "@backend/kit/export.ts";
import { oneOf } from "@backend/kit/one-of.ts";
import { pageOf, pageQuery } from "@backend/kit/paging.ts";
import { PersonRef } from "@backend/modules/identity/index.ts";
import { type Static, t } from "elysia";
import { longestAddress, platforms } from "./domain/address.ts";
import { taskStates } from "./domain/task.ts";

const Platform = oneOf(platforms);
const TaskState = oneOf(taskStates);

export const TaskParams = t.Object({ taskId: t.String({ format: "uuid" }) });

/** Counts of the work so far; a name that a worker never said is not there. */
const Progress = t.Object({
  /** Of a hundred. */
  percent: t.Nullable(t.Integer()),
  counts: t.Array(t.Object({ name: t.String(), count: t.Integer() })),
});
const ProofLine = t.Object({
  name: t.String(),
  text: t.String(),
  /** Set when the text is an address that may be opened. */
  url: t.Nullable(t.String()),
});

// ── A customer's posts ──────────────────────────────────────────────────────────────────────────────────────────────

export const MyPost = t.Object({
  id: t.String(),
  platform: Platform,
  /** In its one spelling; it can be opened. */
  address: t.String(),
  state: TaskState,
  progress: Progress,
  /** Why it failed or was cancelled, as a sentence in the reader's language. */
  problem: t.Nullable(t.String()),
  /** What went back to the balance. */
  returned: t.Nullable(t.Object({ amount: t.String(), currency: t.String() })),
  mayCancel: t.Boolean(),
  createdAt: t.String(),
  startedAt: t.Nullable(t.String()),
  endedAt: t.Nullable(t.String()),
  deadlineAt: t.String(),
});
export type MyPost = Static<typeof MyPost>;
export const MyPostPage = pageOf(MyPost);
export const MyPostQuery = t.Object({ ...pageQuery });
export type MyPostQuery = Static<typeof MyPostQuery>;

const EventKind = t.String({
  description: "added, taken, pushed, working, completed, failed, lost, released, retried, cancelled, late",
});
export const MyPostDetails = t.Object({
  post: MyPost,
  proof: t.Array(ProofLine),
  timeline: t.Array(t.Object({ at: t.String(), kind: EventKind })),
});
export type MyPostDetails = Static<typeof MyPostDetails>;

/** What may be added right now; null without an active package. */
export const Allowance = t.Object({
  /** Of the package that the next post is taken from. */
  day: t.Nullable(
    t.Object({
      left: t.Integer(),
      limit: t.Integer(),
      /** When the day of the workspace ends, and the limit with it. */
      endsAt: t.String(),
    }),
  ),
  hour: t.Nullable(
    t.Object({
      left: t.Integer(),
      limit: t.Integer(),
      /** When the next one may be added; null = now. */
      nextAt: t.Nullable(t.String()),
    }),
  ),
});
export type Allowance = Static<typeof Allowance>;

export const AddPostBody = t.Object(
  {
    url: t.String({ maxLength: longestAddress, description: "Address of the post, as it was copied" }),
    again: t.Optional(t.Boolean({ description: "Add it although the same post was done before" })),
  },
  { examples: [{ url: "https://t.me/durov/400" }] },
);
export type AddPost = Static<typeof AddPostBody>;

// ── The team's side ─────────────────────────────────────────────────────────────────────────────────────────────────

const WorkerRef = t.Object({ id: t.String(), name: t.String() });

export const Task = t.Object({
  id: t.String(),
  platform: Platform,
  address: t.String(),
  state: TaskState,
  attempts: t.Integer(),
  person: PersonRef,
  /** Who holds it now, or held it last. */
  worker: t.Nullable(WorkerRef),
  progress: Progress,
  problem: t.Nullable(t.String()),
  leaseUntil: t.Nullable(t.String()),
  /** When its holder was last heard of. */
  heardAt: t.Nullable(t.String()),
  returnedAt: t.Nullable(t.String()),
  createdAt: t.String(),
  startedAt: t.Nullable(t.String()),
  endedAt: t.Nullable(t.String()),
  deadlineAt: t.String(),
});
export type Task = Static<typeof Task>;
export const TaskPage = pageOf(Task);

const filter = {
  state: t.Optional(TaskState),
  platform: t.Optional(Platform),
  /** A worker's key. */
  workerId: t.Optional(t.String({ format: "uuid" })),
  personId: t.Optional(t.String({ format: "uuid" })),
  orderId: t.Optional(t.String({ format: "uuid" })),
  search: t.Optional(
    t.String({ maxLength: 200, description: "Part of an address, or a whole one however it is written" }),
  ),
};
export const TaskListQuery = t.Object({ ...pageQuery, ...filter });
export type TaskListQuery = Static<typeof TaskListQuery>;
export const TaskExportQuery = t.Object({
  ...filter,
  format: oneOf(exportFormats),
  separator: t.Optional(oneOf(separators)),
});
export type TaskExportQuery = Static<typeof TaskExportQuery>;

export const TaskDetails = t.Object({
  task: Task,
  orderId: t.String(),
  /** As it was typed. */
  url: t.String(),
  externalTaskId: t.Nullable(t.String()),
  worth: t.Nullable(t.Object({ amount: t.String(), currency: t.String() })),
  proof: t.Array(ProofLine),
  events: t.Array(
    t.Object({
      at: t.String(),
      kind: EventKind,
      worker: t.Nullable(WorkerRef),
      /** The member or customer who did it. */
      person: t.Nullable(PersonRef),
      /** A sentence, where there is more to say. */
      text: t.Nullable(t.String()),
    }),
  ),
  acts: t.Object({ retry: t.Boolean(), cancel: t.Boolean(), release: t.Boolean() }),
});
export type TaskDetails = Static<typeof TaskDetails>;

export const Worker = t.Object({
  /** Of its key. */
  id: t.String(),
  name: t.String(),
  isRevoked: t.Boolean(),
  /** Of the last thirty days. */
  done: t.Integer(),
  failed: t.Integer(),
  /** Leases that ran out in its hands. */
  lost: t.Integer(),
  /** From taking a task to its completion; null without one. */
  medianSec: t.Nullable(t.Integer()),
  holds: t.Integer(),
  /** Its last call; null = never. */
  seenAt: t.Nullable(t.String()),
});
export type Worker = Static<typeof Worker>;

export const Workers = t.Object({
  items: t.Array(Worker),
  queue: t.Object({
    waiting: t.Integer(),
    /** Age of the one that waits longest; null without one. */
    oldestAt: t.Nullable(t.String()),
    held: t.Integer(),
    failed: t.Integer(),
  }),
  /** Machine that posts are pushed to (MAIN_BOT_API_URL); null when none is set up. */
  pushedTo: t.Nullable(t.String()),
});
export type Workers = Static<typeof Workers>;

/** How the worker that posts are pushed to answers just now. */
export const PushHealth = t.Object({
  isHealthy: t.Boolean(),
  /** A sentence; null when all is well. */
  problem: t.Nullable(t.String()),
  checkedAt: t.String(),
});
export type PushHealth = Static<typeof PushHealth>;

const byOutcome = {
  completed: t.Integer(),
  open: t.Integer(),
  failed: t.Integer(),
  /** Not done in time, or given up: what the post was worth is on the balance again. */
  returned: t.Integer(),
  cancelled: t.Integer(),
};
/** Posts by the day on which they were added, and what has become of them by now. */
export const TaskStatistics = t.Object({
  /** Days of the workspace's zone, oldest first; days without any are there too. */
  days: t.Array(
    t.Object({
      day: t.String(),
      ...byOutcome,
      platforms: t.Array(t.Object({ platform: Platform, count: t.Integer() })),
    }),
  ),
  /** Those that had any, the busiest first. */
  platforms: t.Array(t.Object({ platform: Platform, total: t.Integer(), ...byOutcome })),
  total: t.Integer(),
  ...byOutcome,
});
export type TaskStatistics = Static<typeof TaskStatistics>;
export const TaskStatisticsQuery = t.Object({ days: t.Optional(t.Integer({ minimum: 1, maximum: 90 })) });
export type TaskStatisticsQuery = Static<typeof TaskStatisticsQuery>;
