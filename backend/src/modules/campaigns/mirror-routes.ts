import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { changeMirror } from "./actions/change-mirror.ts";
import { favourCampaign } from "./actions/favour-campaign.ts";
import { campaignByRef } from "./actions/find-campaign-by-ref.ts";
import { listCampaigns } from "./actions/list-campaigns.ts";
import { listTrackerThings } from "./actions/list-things.ts";
import { listMirroredTrackers } from "./actions/list-trackers.ts";
import { readCampaign } from "./actions/read-campaign.ts";
import { requestSync } from "./actions/request-sync.ts";
import {
  CampaignByRef,
  CampaignByRefQuery,
  CampaignDetail,
  CampaignListQuery,
  CampaignPage,
  CampaignParams,
  CampaignSummary,
  ChangeMirrorBody,
  FavouriteBody,
  TrackerMirror,
  TrackerMirrorList,
  TrackerParams,
  TrackerThingPage,
  TrackerThingQuery,
} from "./mirror-contracts.ts";

const reading = { access: { permission: "campaigns.read" } } as const;
const managing = { access: { permission: "campaigns.manage" } } as const;

export const mirrorRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "campaigns-mirror", prefix: "/campaigns", tags: ["Campaigns"] })
    .use(http)
    .get("/trackers", ({ actor, requestId }) => run(listMirroredTrackers, { actor, requestId }, {}), {
      ...reading,
      response: { 200: TrackerMirrorList },
    })
    .patch(
      "/trackers/:connectionId",
      ({ actor, requestId, params, body }) => run(changeMirror, { actor, requestId }, { ...body, ...params }),
      { ...managing, params: TrackerParams, body: ChangeMirrorBody, response: { 200: TrackerMirror } },
    )
    .post(
      "/trackers/:connectionId/sync",
      ({ actor, requestId, params }) => run(requestSync, { actor, requestId }, params),
      { ...reading, params: TrackerParams, response: { 200: TrackerMirror } },
    )
    .get(
      "/trackers/:connectionId/things",
      ({ actor, requestId, params, query }) => run(listTrackerThings, { actor, requestId }, { ...query, ...params }),
      { ...reading, params: TrackerParams, query: TrackerThingQuery, response: { 200: TrackerThingPage } },
    )
    .get("/", ({ actor, requestId, query }) => run(listCampaigns, { actor, requestId }, query), {
      ...reading,
      query: CampaignListQuery,
      response: { 200: CampaignPage },
    })
    .get("/by-ref", ({ actor, requestId, query }) => run(campaignByRef, { actor, requestId }, query), {
      ...reading,
      query: CampaignByRefQuery,
      response: { 200: CampaignByRef },
    })
    .get("/:campaignId", ({ actor, requestId, params }) => run(readCampaign, { actor, requestId }, params), {
      ...reading,
      params: CampaignParams,
      response: { 200: CampaignDetail },
    })
    .put(
      "/:campaignId/favourite",
      ({ actor, requestId, params, body }) => run(favourCampaign, { actor, requestId }, { ...body, ...params }),
      { ...reading, params: CampaignParams, body: FavouriteBody, response: { 200: CampaignSummary } },
    );
