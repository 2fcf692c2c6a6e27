import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { chooseMySubscription, readMySubscriptions } from "./actions/choose.ts";
import { ChooseBody, MyCategoryParams, MySubscriptions } from "./contracts.ts";

const person = { access: "person" } as const;

/** What anybody who opened the app through a bot says of himself. */
export const myAudienceRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "audience-my", prefix: "/my", detail: { tags: ["Audience"] } })
    .use(http)
    .get("/subscriptions", ({ actor, requestId }) => run(readMySubscriptions, { actor, requestId }, {}), {
      ...person,
      response: { 200: MySubscriptions },
    })
    .put(
      "/subscriptions/:categoryId",
      ({ actor, requestId, params, body }) => run(chooseMySubscription, { actor, requestId }, { ...params, ...body }),
      { ...person, params: MyCategoryParams, body: ChooseBody, response: { 200: MySubscriptions } },
    );
