/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { cancelDraft, changeShares, markSeen, rebaseDraft, redoEdit, undoEdit } from "./actions/edit-draft.ts";
import { listOfferFlows } from "./actions/list-offer-flows.ts";
import { changeManyFlows, previewManyFlows, pushManyFlows } from "./actions/many-flows.ts";
import { readFlow } from "./actions/read-flow.ts";
import { listPushes, requestPush, undoPush } from "./actions/request-push.ts";
import {
  ChangeSharesBody,
  DraftVersionBody,
  Flow,
  FlowParams,
  ManyFlowsBody,
  ManyFlowsDone,
  ManyFlowsPreview,
  ManyPreviewBody,
  ManyPushBody,
  OfferFlowPage,
  OfferFlowQuery,
  PushList,
  PushParams,
  ResolveBody,
  SeenBody,
} from "./flow-contracts.ts";

const reading = { access: { permission: "campaigns.read" } } as const;
const editing = { access: { permission: "campaigns.edit" } } as const;
const oneFlow = { ...editing, params: FlowParams, response: { 200: Flow } };

export const flowRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "campaigns-flow", prefix: "/campaigns", tags: ["Campaigns"] })
    .use(http)
    .get("/flows", ({ actor, requestId, query }) => run(listOfferFlows, { actor, requestId }, query), {
      ...reading,
      query: OfferFlowQuery,
      response: { 200: OfferFlowPage },
    })
    .get("/flows/:flowId", ({ actor, requestId, params }) => run(readFlow, { actor, requestId }, params), {
      ...reading,
      params: FlowParams,
      response: { 200: Flow },
    })
    .post(
      "/flows/:flowId/shares",
      ({ actor, requestId, params, body }) => run(changeShares, { actor, requestId }, { ...body, ...params }),
      { ...oneFlow, body: ChangeSharesBody },
    )
    .post(
      "/flows/:flowId/undo",
      ({ actor, requestId, params, body }) => run(undoEdit, { actor, requestId }, { ...body, ...params }),
      { ...oneFlow, body: DraftVersionBody },
    )
    .post(
      "/flows/:flowId/redo",
      ({ actor, requestId, params, body }) => run(redoEdit, { actor, requestId }, { ...body, ...params }),
      { ...oneFlow, body: DraftVersionBody },
    )
    .post(
      "/flows/:flowId/cancel",
      ({ actor, requestId, params, body }) => run(cancelDraft, { actor, requestId }, { ...body, ...params }),
      { ...oneFlow, body: DraftVersionBody },
    )
    .post(
      "/flows/:flowId/rebase",
      ({ actor, requestId, params, body }) => run(rebaseDraft, { actor, requestId }, { ...body, ...params }),
      { ...oneFlow, body: ResolveBody },
    )
    .post(
      "/flows/:flowId/seen",
      ({ actor, requestId, params, body }) => run(markSeen, { actor, requestId }, { ...body, ...params }),
      { ...oneFlow, body: SeenBody },
    )
    .post(
      "/flows/:flowId/push",
      ({ actor, requestId, params, body }) => run(requestPush, { actor, requestId }, { ...body, ...params }),
      { ...oneFlow, body: DraftVersionBody },
    )
    .get("/flows/:flowId/pushes", ({ actor, requestId, params }) => run(listPushes, { actor, requestId }, params), {
      ...reading,
      params: FlowParams,
      response: { 200: PushList },
    })
    .post(
      "/flows/:flowId/pushes/:pushId/undo",
      ({ actor, requestId, params }) => run(undoPush, { actor, requestId }, params),
      { ...editing, params: PushParams, response: { 200: Flow } },
    )
    .post("/flows/many/preview", ({ actor, requestId, body }) => run(previewManyFlows, { actor, requestId }, body), {
      ...editing,
      body: ManyPreviewBody,
      response: { 200: ManyFlowsPreview },
    })
    .post("/flows/many", ({ actor, requestId, body }) => run(changeManyFlows, { actor, requestId }, body), {
      ...editing,
      body: ManyFlowsBody,
      response: { 200: ManyFlowsDone },
    })
    .post("/flows/many/push", ({ actor, requestId, body }) => run(pushManyFlows, { actor, requestId }, body), {
      ...editing,
      body: ManyPushBody,
      response: { 200: ManyFlowsDone },
    });
