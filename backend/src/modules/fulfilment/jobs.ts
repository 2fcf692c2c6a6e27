/** What happens later in this room. */
import { defineJob } from "@backend/kit/jobs.ts";
import { t } from "elysia";

/**
 * Takes tasks out of the hands of workers that have not been heard of in time. Workers that ask for tasks do it too, so nobody waits
 * for this; it is for the hours in which nobody asks.
 */
export const releaseExpiredJob = defineJob({
  name: "fulfilment.release-expired",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

/** Ends what missed its deadline, and returns its worth. */
export const endOverdueJob = defineJob({
  name: "fulfilment.end-overdue",
  payload: t.Object({}),
  attempts: 1,
  every: "* * * * *",
});

/** Ends what is not done of an order whose money went back whole. */
export const endRefundedJob = defineJob({
  name: "fulfilment.end-refunded",
  payload: t.Object({ workspaceId: t.String(), orderId: t.String() }),
  key: ({ orderId }) => orderId,
  attempts: 10,
});

/**
 * Brings new tasks to the worker that is pushed to (MAIN_BOT_API_URL), in batches. One at a time: many posts at once are one batch. Tries
 * reach over hours with growing pauses, and the schedule below finds what they leave.
 */
export const pushTasksJob = defineJob({
  name: "fulfilment.push-tasks",
  payload: t.Object({}),
  key: () => "all",
  queue: () => "fulfilment.push",
  attempts: 8,
  isOutside: true,
});
export const sweepPushJob = defineJob({
  name: "fulfilment.sweep-push",
  payload: t.Object({}),
  attempts: 1,
  every: "*/2 * * * *",
});
