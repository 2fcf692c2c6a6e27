/** Posts: a customer's own, and the team's queue. All under "tasks", which is what the live stream calls them. */
import type {
  AddPost,
  Allowance,
  MyPost,
  MyPostDetails,
  Task,
  TaskDetails,
  TaskListQuery,
  TaskStatistics,
  Worker,
  Workers,
} from "@backend/modules/fulfilment/contracts.ts";
import { api, unwrap } from "@miniapp/shared/api-client.ts";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

export type { MyPost, Task, TaskDetails, TaskStatistics, Worker, Workers };
export type TaskFilter = Pick<TaskListQuery, "state" | "search">;

const pageSize = 50;
const page = (cursor: string) => ({ limit: pageSize, ...(cursor ? { cursor } : {}) });

// ── A customer's own ────────────────────────────────────────────────────────────────────────────────────────────────

export const myPostsQuery = infiniteQueryOptions({
  queryKey: ["tasks", "mine"],
  queryFn: ({ pageParam }) => unwrap(api.my.posts.get({ query: page(pageParam) })),
  initialPageParam: "",
  getNextPageParam: (last) => last.nextCursor,
});

export const myPostQuery = (taskId: string) =>
  queryOptions({
    queryKey: ["tasks", "mine", taskId],
    queryFn: (): Promise<MyPostDetails> => unwrap(api.my.posts({ taskId }).get()),
    meta: { of: taskId },
  });

export const allowanceQuery = queryOptions({
  queryKey: ["tasks", "allowance"],
  queryFn: (): Promise<Allowance> => unwrap(api.my.posts.allowance.get()),
});

/** `key` makes a repeat after a lost answer the same post. */
export const addPost = ({ key, ...body }: AddPost & { key: string }): Promise<MyPost> =>
  unwrap(api.my.posts.post(body, { headers: { "idempotency-key": key } }));
export const cancelMyPost = (taskId: string): Promise<MyPost> => unwrap(api.my.posts({ taskId }).cancel.post());

// ── The team's ──────────────────────────────────────────────────────────────────────────────────────────────────────

export const tasksQuery = (filter: TaskFilter) =>
  infiniteQueryOptions({
    queryKey: ["tasks", "list", filter],
    queryFn: ({ pageParam }) => unwrap(api.tasks.get({ query: { ...filter, ...page(pageParam) } })),
    initialPageParam: "",
    getNextPageParam: (last) => last.nextCursor,
  });

export const taskQuery = (taskId: string) =>
  queryOptions({
    queryKey: ["tasks", "one", taskId],
    queryFn: (): Promise<TaskDetails> => unwrap(api.tasks({ taskId }).get()),
    meta: { of: taskId },
  });

export const workersQuery = queryOptions({
  queryKey: ["tasks", "workers"],
  queryFn: (): Promise<Workers> => unwrap(api.tasks.workers.get()),
});

/** As the figures of sales: asked anew by the clock, not by every move of a post. */
export const postNumbersQuery = (days: number) =>
  queryOptions({
    queryKey: ["post-numbers", days],
    queryFn: (): Promise<TaskStatistics> => unwrap(api.tasks.statistics.get({ query: { days } })),
    placeholderData: keepPreviousData,
    staleTime: 20_000,
    refetchInterval: 30_000,
  });

/** Asks the machine itself, so it is asked when somebody looks and not at every change of a post. */
export const pushHealthQuery = queryOptions({
  queryKey: ["push-health"],
  queryFn: () => unwrap(api.tasks["push-health"].get()),
  staleTime: 30_000,
});

export const retryTask = (taskId: string): Promise<TaskDetails> => unwrap(api.tasks({ taskId }).retry.post());
export const cancelTask = (taskId: string): Promise<TaskDetails> => unwrap(api.tasks({ taskId }).cancel.post());
export const releaseTask = (taskId: string): Promise<TaskDetails> => unwrap(api.tasks({ taskId }).release.post());

export const exportPath = (
  filter: TaskFilter,
  choice: { format: "csv" | "xlsx" | "pdf"; separator?: "comma" | "semicolon" },
): string => {
  const query = new URLSearchParams(
    Object.entries({ ...filter, ...choice }).filter(([, value]) => value !== undefined),
  );
  return `/tasks/export?${query}`;
};
