/** What outside workers are given and may say. These names are a promise to programs that are not ours (DESIGN §7). */
import { oneOf } from "@backend/kit/one-of.ts";
import { type Static, t } from "elysia";
import { platforms } from "./domain/address.ts";
import { answers, lease, taskStates } from "./domain/task.ts";

const Range = t.Object({ from: t.Integer(), to: t.Integer() });
/** What the customer's package promises for each post. */
export const Promises = t.Object({
  views: t.Optional(Range),
  reactions: t.Optional(Range),
  comments: t.Optional(Range),
  reposts: t.Optional(Range),
});
export type Promises = Static<typeof Promises>;

export const WorkerTaskParams = t.Object({ taskId: t.String({ format: "uuid" }) });

export const PendingQuery = t.Object({
  limit: t.Optional(t.Integer({ minimum: 1, maximum: 100, description: "10 without it" })),
  lease_seconds: t.Optional(
    t.Integer({
      minimum: lease.least,
      maximum: lease.most,
      description: "How long they are yours unheard; 60 without it",
    }),
  ),
});
export type PendingQuery = Static<typeof PendingQuery>;

export const WorkerTask = t.Object({
  task_id: t.String(),
  /** To be named in every answer: an earlier holder's answer changes nothing. */
  lease: t.Integer(),
  lease_until: t.String(),
  attempt: t.Integer(),
  deadline_at: t.String(),
  post_data: t.Object({ url: t.String(), platform: oneOf(platforms), address: t.String() }),
  package_data: t.Object({ promises: Promises }),
  /** Stable and opaque: the same customer has the same id, and nobody learns who that is. */
  user_data: t.Object({ id: t.String() }),
});
export type WorkerTask = Static<typeof WorkerTask>;
export const PendingTasks = t.Object({ tasks: t.Array(WorkerTask) });

const count = t.Optional(t.Integer({ minimum: 0, maximum: 1_000_000_000 }));
/** Counts are whole and not negative; everything else is kept as proof. */
const ResponseData = t.Object(
  {
    progress: t.Optional(t.Integer({ minimum: 0, maximum: 100, description: "Percent" })),
    views_added: count,
    reactions_added: count,
    comments_added: count,
    reposts_added: count,
    error: t.Optional(t.String({ maxLength: 500, description: "Why it failed, for the team" })),
  },
  { additionalProperties: true },
);

export const StatusBody = t.Object(
  {
    status: oneOf(answers),
    lease: t.Optional(t.Integer({ minimum: 1, maximum: 1_000_000_000 })),
    external_task_id: t.Optional(t.String({ minLength: 1, maxLength: 200, description: "Your own id of the work" })),
    response_data: t.Optional(ResponseData),
    final: t.Optional(t.Boolean({ description: "With failed: nobody need try again (the post is gone)" })),
  },
  {
    examples: [
      {
        status: "completed",
        lease: 1,
        external_task_id: "w-17",
        response_data: { views_added: 1500, reactions_added: 90, screenshot: "https://worker.example/proof/17.png" },
      },
    ],
  },
);
type Declared = Static<typeof StatusBody>;
/** With what is not declared, too: all of it is proof. */
export type StatusBody = Omit<Declared, "response_data"> & {
  response_data?: NonNullable<Declared["response_data"]> & Record<string, unknown>;
};

export const StatusAnswer = t.Object({
  task_id: t.String(),
  /** Where the task is now: `created` after a failure that another attempt follows. */
  status: oneOf(taskStates),
  lease: t.Integer(),
  /** Null when the worker holds it no more. */
  lease_until: t.Nullable(t.String()),
});
export type StatusAnswer = Static<typeof StatusAnswer>;

export const HeartbeatBody = t.Object({
  lease: t.Optional(t.Integer({ minimum: 1, maximum: 1_000_000_000 })),
  progress: t.Optional(t.Integer({ minimum: 0, maximum: 100, description: "Percent" })),
});
export type HeartbeatBody = Static<typeof HeartbeatBody>;
