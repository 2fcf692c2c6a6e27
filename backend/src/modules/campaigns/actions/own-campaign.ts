/** Steps that the actions on campaigns share. */
import type { ActionContext } from "@backend/kit/context.ts";
import { findTracker, type Tracker } from "@backend/modules/conversions/index.ts";
import { type CampaignRow, findOwnCampaign, type Reader } from "../campaign-queries.ts";
import { campaignNotFound, trackerNotFound } from "../errors.ts";

/** A tracker that the actor is shown; a stranger's, a hidden one and one without a key are not found. */
export async function seeTracker(ctx: ActionContext, connectionId: string): Promise<Tracker> {
  const tracker = await findTracker(ctx, connectionId);
  if (!tracker) throw trackerNotFound();
  return tracker;
}

/** A campaign whose tracker the actor is shown. */
export async function seeCampaign(
  ctx: ActionContext,
  campaignId: string,
): Promise<{ campaign: CampaignRow; tracker: Tracker }> {
  const campaign = await findOwnCampaign(ctx.db, ctx.actor.workspaceId, campaignId);
  const tracker = campaign && (await findTracker(ctx, campaign.connectionId));
  if (!campaign || !tracker) throw campaignNotFound();
  return { campaign, tracker };
}

export const readerOf = ({ actor }: ActionContext, trackers: readonly Pick<Tracker, "connectionId">[]): Reader => ({
  connectionIds: trackers.map(({ connectionId }) => connectionId),
  personId: actor.kind === "person" ? actor.personId : null,
});

export const byConnection = (trackers: readonly Tracker[]): ReadonlyMap<string, Tracker> =>
  new Map(trackers.map((tracker) => [tracker.connectionId, tracker]));
