import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { checkBroadcast } from "./actions/check-broadcast.ts";
import { changeBroadcast, copyBroadcast, createBroadcast, deleteBroadcast } from "./actions/drafts.ts";
import { launchBroadcast, unscheduleBroadcast } from "./actions/launch-broadcast.ts";
import { cancelBroadcast, pauseBroadcast, resumeBroadcast } from "./actions/pause-broadcast.ts";
import { listBroadcasts, readBroadcast, readProgress, readReasons } from "./actions/read-broadcasts.ts";
import { requestLaunch } from "./actions/request-launch.ts";
import { resendUnknown } from "./actions/resend-unknown.ts";
import { sendBroadcastTest } from "./actions/send-broadcast-test.ts";
import { changeSettings, readSettings } from "./actions/settings.ts";
import {
  BroadcastContract,
  BroadcastListQuery,
  BroadcastPage,
  BroadcastParams,
  BroadcastSettings,
  BroadcastSettingsView,
  ChangeBroadcastBody,
  Check,
  CreateBroadcastBody,
  Deleted,
  LaunchQuery,
  Progress,
  Reasons,
  Requested,
  Resent,
  SendBroadcastTestBody,
  TestSent,
} from "./engine-contracts.ts";

const reading = { access: { permission: "broadcasts.read" } } as const;
const writing = { access: { permission: "broadcasts.write" } } as const;
const sending = { access: { permission: "broadcasts.send" } } as const;
/** Who may release what is nothing for those who release. */
const managing = { access: { permission: "workspace.manage" } } as const;
const one = { params: BroadcastParams, response: { 200: BroadcastContract } } as const;

/** Broadcasts from draft to end, below `/broadcasts`. */
export const engineRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "broadcast-engine", detail: { tags: ["Broadcasts"] } })
    .use(http)
    .get("", ({ actor, requestId, query }) => run(listBroadcasts, { actor, requestId }, query), {
      ...reading,
      query: BroadcastListQuery,
      response: { 200: BroadcastPage },
    })
    .post("", ({ actor, requestId, once, body }) => run(createBroadcast, { actor, requestId, once }, body), {
      creates: true,
      ...writing,
      body: CreateBroadcastBody,
      response: { 200: BroadcastContract },
    })
    .get("/settings", ({ actor, requestId }) => run(readSettings, { actor, requestId }, {}), {
      ...reading,
      response: { 200: BroadcastSettingsView },
    })
    .put("/settings", ({ actor, requestId, body }) => run(changeSettings, { actor, requestId }, body), {
      ...managing,
      body: BroadcastSettings,
      response: { 200: BroadcastSettingsView },
    })
    .get("/:broadcastId", ({ actor, requestId, params }) => run(readBroadcast, { actor, requestId }, params), {
      ...reading,
      ...one,
    })
    .patch(
      "/:broadcastId",
      ({ actor, requestId, params, body }) => run(changeBroadcast, { actor, requestId }, { ...body, ...params }),
      { ...writing, ...one, body: ChangeBroadcastBody },
    )
    .delete("/:broadcastId", ({ actor, requestId, params }) => run(deleteBroadcast, { actor, requestId }, params), {
      ...writing,
      params: BroadcastParams,
      response: { 200: Deleted },
    })
    .post(
      "/:broadcastId/copy",
      ({ actor, requestId, once, params }) => run(copyBroadcast, { actor, requestId, once }, params),
      { creates: true, ...writing, ...one },
    )
    .get("/:broadcastId/progress", ({ actor, requestId, params }) => run(readProgress, { actor, requestId }, params), {
      ...reading,
      params: BroadcastParams,
      response: { 200: Progress },
    })
    .get("/:broadcastId/reasons", ({ actor, requestId, params }) => run(readReasons, { actor, requestId }, params), {
      ...reading,
      params: BroadcastParams,
      response: { 200: Reasons },
    })
    .post("/:broadcastId/check", ({ actor, requestId, params }) => run(checkBroadcast, { actor, requestId }, params), {
      ...writing,
      params: BroadcastParams,
      response: { 200: Check },
    })
    .post(
      "/:broadcastId/test",
      ({ actor, requestId, once, params, body }) =>
        run(sendBroadcastTest, { actor, requestId, once }, { ...body, ...params }),
      { creates: true, ...writing, params: BroadcastParams, body: SendBroadcastTestBody, response: { 200: TestSent } },
    )
    .post(
      "/:broadcastId/request",
      ({ actor, requestId, params, query }) => run(requestLaunch, { actor, requestId }, { ...params, ...query }),
      { ...writing, params: BroadcastParams, query: LaunchQuery, response: { 200: Requested } },
    )
    .post(
      "/:broadcastId/launch",
      ({ actor, requestId, params, query }) => run(launchBroadcast, { actor, requestId }, { ...params, ...query }),
      { ...sending, ...one, query: LaunchQuery },
    )
    .post(
      "/:broadcastId/unschedule",
      ({ actor, requestId, params }) => run(unscheduleBroadcast, { actor, requestId }, params),
      { ...sending, ...one },
    )
    .post("/:broadcastId/pause", ({ actor, requestId, params }) => run(pauseBroadcast, { actor, requestId }, params), {
      ...sending,
      ...one,
    })
    .post(
      "/:broadcastId/resume",
      ({ actor, requestId, params }) => run(resumeBroadcast, { actor, requestId }, params),
      {
        ...sending,
        ...one,
      },
    )
    .post(
      "/:broadcastId/cancel",
      ({ actor, requestId, params }) => run(cancelBroadcast, { actor, requestId }, params),
      {
        ...sending,
        ...one,
      },
    )
    .post(
      "/:broadcastId/resend-unknown",
      ({ actor, requestId, params }) => run(resendUnknown, { actor, requestId }, params),
      { ...sending, params: BroadcastParams, response: { 200: Resent } },
    );
