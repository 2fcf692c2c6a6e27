/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { listCalls, readCall, replayCall, replayFailedCalls, testEndpoint } from "./actions/inspect-calls.ts";
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  readEndpoint,
  rotateEndpointSecret,
} from "./actions/manage-endpoints.ts";
import {
  Call,
  CallListQuery,
  CallPage,
  CallParams,
  CallWithAttempts,
  ChangeEndpointBody,
  Count,
  CreateEndpointBody,
  Done,
  Endpoint,
  EndpointList,
  EndpointParams,
  EndpointWithSecret,
  Queued,
  ReplayBody,
} from "./contracts.ts";

const managing = { access: { permission: "webhooks.manage" } } as const;

export const webhooksRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "webhooks", prefix: "/webhooks", tags: ["Webhooks"] })
    .use(http)
    .get("", ({ actor, requestId }) => run(listEndpoints, { actor, requestId }, undefined), {
      ...managing,
      response: { 200: EndpointList },
    })
    .post("", ({ actor, requestId, once, body }) => run(createEndpoint, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: CreateEndpointBody,
      response: { 200: EndpointWithSecret },
    })
    .get("/:endpointId", ({ actor, requestId, params }) => run(readEndpoint, { actor, requestId }, params), {
      ...managing,
      params: EndpointParams,
      response: { 200: Endpoint },
    })
    .patch(
      "/:endpointId",
      ({ actor, requestId, params, body }) => run(changeEndpoint, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: EndpointParams, body: ChangeEndpointBody, response: { 200: Endpoint } },
    )
    .delete("/:endpointId", ({ actor, requestId, params }) => run(deleteEndpoint, { actor, requestId }, params), {
      ...managing,
      params: EndpointParams,
      response: { 200: Done },
    })
    .post(
      "/:endpointId/rotate",
      ({ actor, requestId, params }) => run(rotateEndpointSecret, { actor, requestId }, params),
      { ...managing, params: EndpointParams, response: { 200: EndpointWithSecret } },
    )
    .post(
      "/:endpointId/test",
      ({ actor, requestId, once, params }) => run(testEndpoint, { actor, requestId, once }, params),
      { creates: true, ...managing, params: EndpointParams, response: { 200: Queued } },
    )
    .post(
      "/:endpointId/replay",
      ({ actor, requestId, params, body }) => run(replayFailedCalls, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: EndpointParams, body: ReplayBody, response: { 200: Count } },
    )
    .get(
      "/:endpointId/calls",
      ({ actor, requestId, params, query }) => run(listCalls, { actor, requestId }, { ...query, ...params }),
      { ...managing, params: EndpointParams, query: CallListQuery, response: { 200: CallPage } },
    )
    .get("/calls/:callId", ({ actor, requestId, params }) => run(readCall, { actor, requestId }, params), {
      ...managing,
      params: CallParams,
      response: { 200: CallWithAttempts },
    })
    .post("/calls/:callId/replay", ({ actor, requestId, params }) => run(replayCall, { actor, requestId }, params), {
      ...managing,
      params: CallParams,
      response: { 200: Call },
    });
