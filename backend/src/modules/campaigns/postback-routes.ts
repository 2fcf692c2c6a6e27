/** Elysia: who may, what shape, which action. */
import type { HttpKit, Run } from "@backend/kit/http.ts";
import { Elysia } from "elysia";
import { checkPostback, installPostback, readPostback, removePostback } from "./actions/campaign-postback.ts";
import { CampaignParams } from "./mirror-contracts.ts";
import { CampaignPostbackStatus } from "./postback-contracts.ts";

const ofCampaign = {
  access: { permission: "campaigns.manage" },
  params: CampaignParams,
  response: { 200: CampaignPostbackStatus },
} as const;

export const postbackRoutes = (http: HttpKit, run: Run) =>
  new Elysia({ name: "campaigns-postback", prefix: "/campaigns", tags: ["Campaigns"] })
    .use(http)
    .get("/:campaignId/postback", ({ actor, requestId, params }) => run(readPostback, { actor, requestId }, params), {
      ...ofCampaign,
    })
    .post(
      "/:campaignId/postback",
      ({ actor, requestId, params }) => run(installPostback, { actor, requestId }, params),
      {
        ...ofCampaign,
      },
    )
    .delete(
      "/:campaignId/postback",
      ({ actor, requestId, params }) => run(removePostback, { actor, requestId }, params),
      { ...ofCampaign },
    )
    .post(
      "/:campaignId/postback/check",
      ({ actor, requestId, params }) => run(checkPostback, { actor, requestId }, params),
      { ...ofCampaign },
    );
