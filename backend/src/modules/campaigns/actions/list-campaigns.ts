import type { ActionContext } from "@backend/kit/context.ts";
import { defaultLimit, type Page, toPage } from "@backend/kit/paging.ts";
import { listTrackers } from "@backend/modules/conversions/index.ts";
import { listVisibleCampaigns } from "../campaign-queries.ts";
import type { CampaignList, CampaignSummary } from "../mirror-contracts.ts";
import { presentCampaign } from "../mirror-present.ts";
import { byConnection, readerOf } from "./own-campaign.ts";

/** Campaigns of the trackers that the actor is shown, by name; archived ones only when they are asked for. */
export async function listCampaigns(ctx: ActionContext, input: CampaignList): Promise<Page<CampaignSummary>> {
  const { cursor, limit = defaultLimit, connectionId, ...filter } = input;
  const all = await listTrackers(ctx);
  const trackers = connectionId === undefined ? all : all.filter((tracker) => tracker.connectionId === connectionId);
  const reader = readerOf(ctx, trackers);
  const rows = await listVisibleCampaigns(ctx.db, ctx.actor.workspaceId, reader, filter, { cursor, limit });
  const trackerOf = byConnection(trackers);
  return toPage(
    rows,
    limit,
    ({ id }) => [id],
    (row) => presentCampaign(row, trackerOf),
  );
}
