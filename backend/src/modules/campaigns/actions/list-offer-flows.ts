import type { ActionContext } from "@backend/kit/context.ts";
import { defaultLimit, toPage } from "@backend/kit/paging.ts";
import type { OfferFlowList, OfferFlowPage } from "../flow-contracts.ts";
import { presentNames } from "../flow-present.ts";
import { findThings, listFlowsOfOffer } from "../flow-queries.ts";
import { seeTracker } from "./own-campaign.ts";

/** Flows of a tracker that hold an offer; of a tracker that the actor is not shown there is nothing to list. */
export async function listOfferFlows(ctx: ActionContext, input: OfferFlowList): Promise<OfferFlowPage> {
  const { connectionId, offerRef, cursor, limit = defaultLimit } = input;
  await seeTracker(ctx, connectionId);
  const { workspaceId } = ctx.actor;
  const rows = await listFlowsOfOffer(ctx.db, { workspaceId, connectionId, offerRef }, { cursor, limit });
  const [offer] = presentNames([offerRef], await findThings(ctx.db, connectionId, "offer", [offerRef]));
  if (!offer) throw new Error("an id without a name of any kind");
  const page = toPage(
    rows,
    limit,
    ({ flow }) => [flow.id],
    ({ flow, campaign, hasDraft }) => {
      const row = flow.offers.find(({ id }) => id === offerRef);
      return {
        id: flow.id,
        name: flow.name,
        state: flow.state,
        campaign: { id: campaign.id, name: campaign.name },
        share: row?.share ?? 0,
        shareState: row?.state ?? "",
        hasDraft,
      };
    },
  );
  return { ...page, offer };
}
