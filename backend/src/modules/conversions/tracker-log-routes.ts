import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { compareDays, listMissing, listPullRuns, readDelays } from "./actions/compare-days.ts";
import { connectPull, disconnectPull, readPull, requestPull } from "./actions/connect-pull.ts";
import { ConnectionParams, Done } from "./contracts.ts";
import {
  ConnectPullBody,
  Delays,
  DelaysQuery,
  MissedPage,
  PullDays,
  PullDaysQuery,
  PullPageQuery,
  PullRunPage,
  PullState,
} from "./tracker-log-contracts.ts";

const reading = { access: { permission: "connections.read" } } as const;
const managing = { access: { permission: "connections.own" } } as const;
const params = ConnectionParams;

export const trackerLogRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "tracker-logs", detail: { tags: ["Trackers' logs"] } })
    .use(http)
    .get(
      "/connections/:connectionId/pull",
      ({ actor, requestId, params }) => run(readPull, { actor, requestId }, params),
      {
        ...reading,
        params,
        response: { 200: PullState },
      },
    )
    .put(
      "/connections/:connectionId/pull",
      ({ actor, requestId, params, body }) => run(connectPull, { actor, requestId }, { ...body, ...params }),
      { ...managing, params, body: ConnectPullBody, response: { 200: PullState } },
    )
    .delete(
      "/connections/:connectionId/pull",
      ({ actor, requestId, params }) => run(disconnectPull, { actor, requestId }, params),
      { ...managing, params, response: { 200: PullState } },
    )
    .post(
      "/connections/:connectionId/pull/run",
      ({ actor, requestId, params }) => run(requestPull, { actor, requestId }, params),
      { ...managing, params, response: { 200: Done } },
    )
    .get(
      "/connections/:connectionId/pull/days",
      ({ actor, requestId, params, query }) => run(compareDays, { actor, requestId }, { ...query, ...params }),
      { ...reading, params, query: PullDaysQuery, response: { 200: PullDays } },
    )
    .get(
      "/connections/:connectionId/pull/runs",
      ({ actor, requestId, params, query }) => run(listPullRuns, { actor, requestId }, { ...query, ...params }),
      { ...reading, params, query: PullPageQuery, response: { 200: PullRunPage } },
    )
    .get(
      "/connections/:connectionId/pull/missing",
      ({ actor, requestId, params, query }) => run(listMissing, { actor, requestId }, { ...query, ...params }),
      { ...reading, params, query: PullPageQuery, response: { 200: MissedPage } },
    )
    .get(
      "/connections/:connectionId/delays",
      ({ actor, requestId, params, query }) => run(readDelays, { actor, requestId }, { ...query, ...params }),
      { ...reading, params, query: DelaysQuery, response: { 200: Delays } },
    );
