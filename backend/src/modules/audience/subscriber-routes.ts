import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia, t } from "elysia";
import { readChange, readRunningChange, tagMany } from "./actions/change-many.ts";
import { changeSubscriber } from "./actions/change-subscriber.ts";
import { refuseForSubscriber } from "./actions/choose.ts";
import { countSubscribers, listSubscribers } from "./actions/list-subscribers.ts";
import { readSubscriber } from "./actions/read-subscriber.ts";
import {
  BulkBody,
  Change,
  ChangeParams,
  ChangeSubscriberBody,
  FindSubscribersBody,
  RefuseBody,
  Subscriber,
  SubscriberCount,
  SubscriberFilterBody,
  SubscriberFilterQuery,
  SubscriberPage,
  SubscriberParams,
  SubscriberQuery,
} from "./contracts.ts";

const seeing = { access: { permission: "audience.read" } } as const;
const managing = { access: { permission: "audience.manage" } } as const;

/** People: lists, one, many. */
export const subscriberRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "audience-subscribers", detail: { tags: ["Audience"] } })
    .use(http)
    .get("/subscribers", ({ actor, requestId, query }) => run(listSubscribers, { actor, requestId }, query), {
      ...seeing,
      query: SubscriberQuery,
      response: { 200: SubscriberPage },
    })
    .get("/subscribers/count", ({ actor, requestId, query }) => run(countSubscribers, { actor, requestId }, query), {
      ...seeing,
      query: SubscriberFilterQuery,
      response: { 200: SubscriberCount },
    })
    .post("/subscribers/find", ({ actor, requestId, body }) => run(listSubscribers, { actor, requestId }, body), {
      ...seeing,
      body: FindSubscribersBody,
      response: { 200: SubscriberPage },
    })
    .post(
      "/subscribers/find/count",
      ({ actor, requestId, body }) => run(countSubscribers, { actor, requestId }, body),
      {
        ...seeing,
        body: SubscriberFilterBody,
        response: { 200: SubscriberCount },
      },
    )
    .post("/subscribers/bulk", ({ actor, requestId, once, body }) => run(tagMany, { actor, requestId, once }, body), {
      creates: true,
      ...managing,
      body: BulkBody,
      response: { 200: Change },
    })
    .get(
      "/subscribers/:subscriberId",
      ({ actor, requestId, params }) => run(readSubscriber, { actor, requestId }, params),
      { ...seeing, params: SubscriberParams, response: { 200: Subscriber } },
    )
    .patch(
      "/subscribers/:subscriberId",
      ({ actor, requestId, params, body }) => run(changeSubscriber, { actor, requestId }, { ...params, ...body }),
      { ...managing, params: SubscriberParams, body: ChangeSubscriberBody, response: { 200: Subscriber } },
    )
    .post(
      "/subscribers/:subscriberId/opt-out",
      ({ actor, requestId, params, body }) => run(refuseForSubscriber, { actor, requestId }, { ...params, ...body }),
      { ...managing, params: SubscriberParams, body: RefuseBody, response: { 200: Subscriber } },
    )
    .get("/changes", ({ actor, requestId }) => run(readRunningChange, { actor, requestId }, {}), {
      ...seeing,
      response: { 200: t.Object({ change: t.Nullable(Change) }) },
    })
    .get(
      "/changes/:audienceChangeId",
      ({ actor, requestId, params }) => run(readChange, { actor, requestId }, { changeId: params.audienceChangeId }),
      {
        ...seeing,
        params: ChangeParams,
        response: { 200: Change },
      },
    );
