/** Elysia: who may, what shape, which action. Workers have their own door (worker-routes.ts). */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { addPost, readAllowance } from "./actions/add-post.ts";
import { exportTasks } from "./actions/export-tasks.ts";
import { readPushHealth, readStatistics, readWorkers } from "./actions/figures.ts";
import { cancelMyPost, listMyPosts, readMyPost } from "./actions/my-posts.ts";
import { cancelTask, listTasks, readTask, releaseTask, retryTask } from "./actions/tasks.ts";
import {
  AddPostBody,
  Allowance,
  MyPost,
  MyPostDetails,
  MyPostPage,
  MyPostQuery,
  PushHealth,
  TaskDetails,
  TaskExportQuery,
  TaskListQuery,
  TaskPage,
  TaskParams,
  TaskStatistics,
  TaskStatisticsQuery,
  Workers,
} from "./contracts.ts";

const person = { access: "person" } as const;
const reading = { access: { permission: "tasks.read" } } as const;
const managing = { access: { permission: "tasks.manage" } } as const;

/** Seconds that a file may stand still before its connection is closed: a rare match is looked for among all posts. */
const exportIdleSec = 120;

/** A customer's own posts. */
export const myPostRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "my-posts", prefix: "/my/posts", tags: ["Posts"] })
    .use(http)
    .get("", ({ actor, requestId, query }) => run(listMyPosts, { actor, requestId }, query), {
      ...person,
      query: MyPostQuery,
      response: { 200: MyPostPage },
    })
    .post("", ({ actor, requestId, once, body }) => run(addPost, { actor, requestId, once }, body), {
      creates: true,
      ...person,
      body: AddPostBody,
      response: { 200: MyPost },
    })
    .get("/allowance", ({ actor, requestId }) => run(readAllowance, { actor, requestId }, undefined), {
      ...person,
      response: { 200: Allowance },
    })
    .get("/:taskId", ({ actor, requestId, params }) => run(readMyPost, { actor, requestId }, params), {
      ...person,
      params: TaskParams,
      response: { 200: MyPostDetails },
    })
    .post("/:taskId/cancel", ({ actor, requestId, params }) => run(cancelMyPost, { actor, requestId }, params), {
      ...person,
      params: TaskParams,
      response: { 200: MyPost },
    });

/** The team's side. */
export const taskRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "tasks", prefix: "/tasks", tags: ["Posts"] })
    .use(http)
    .get("", ({ actor, requestId, query }) => run(listTasks, { actor, requestId }, query), {
      ...reading,
      query: TaskListQuery,
      response: { 200: TaskPage },
    })
    .get(
      "/export",
      ({ actor, requestId, query, request, server }) => {
        server?.timeout(request, exportIdleSec);
        return run(exportTasks, { actor, requestId }, query);
      },
      { ...reading, query: TaskExportQuery, response: { 200: t.Any({ description: "The file." }) } },
    )
    .get("/workers", ({ actor, requestId }) => run(readWorkers, { actor, requestId }, undefined), {
      ...reading,
      response: { 200: Workers },
    })
    .get("/push-health", ({ actor, requestId }) => run(readPushHealth, { actor, requestId }, undefined), {
      ...reading,
      response: { 200: PushHealth },
    })
    .get("/statistics", ({ actor, requestId, query }) => run(readStatistics, { actor, requestId }, query), {
      ...reading,
      query: TaskStatisticsQuery,
      response: { 200: TaskStatistics },
    })
    .get("/:taskId", ({ actor, requestId, params }) => run(readTask, { actor, requestId }, params), {
      ...reading,
      params: TaskParams,
      response: { 200: TaskDetails },
    })
    .post("/:taskId/retry", ({ actor, requestId, params }) => run(retryTask, { actor, requestId }, params), {
      ...managing,
      params: TaskParams,
      response: { 200: TaskDetails },
    })
    .post("/:taskId/cancel", ({ actor, requestId, params }) => run(cancelTask, { actor, requestId }, params), {
      ...managing,
      params: TaskParams,
      response: { 200: TaskDetails },
    })
    .post("/:taskId/release", ({ actor, requestId, params }) => run(releaseTask, { actor, requestId }, params), {
      ...managing,
      params: TaskParams,
      response: { 200: TaskDetails },
    });
