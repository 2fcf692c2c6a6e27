/**
 * What alerts and conversions know of a tracker's campaigns: names behind ids, and whether a campaign and its flow are read here. Campaigns are
 * another room, which knows this one and not the other way round: the container introduces it at start. Before that nothing is known.
 */
import type { Db } from "@db/client.ts";
import type { ConversionFacts } from "./domain/read-call.ts";

/** The names behind a tracker's ids; null for what is not asked, or has none. */
export interface ConversionNames {
  campaign: string | null;
  flow: string | null;
  offer: string | null;
  landing: string | null;
}

/** The tracker's ids of what has no name yet; null where there is none. A flow is found in its campaign. */
export interface Unnamed extends Omit<ConversionNames, "flow"> {
  flow: { campaign: string; ref: string } | null;
}

export interface CampaignFacts {
  namesOf(db: Db, connectionId: string, ids: Unnamed): Promise<ConversionNames>;
  /** Null where the campaign is not read; `flowId` is our own id, null for a flow that is not known. */
  find(
    db: Db,
    connectionId: string,
    ids: { campaign: string; flow: string | null },
  ): Promise<{ flowId: string | null } | null>;
}

let known: CampaignFacts = {
  namesOf: () => Promise.resolve({ campaign: null, flow: null, offer: null, landing: null }),
  find: () => Promise.resolve(null),
};

/** Called once at start, and by tests that ask about campaigns. */
export const introduceCampaigns = (given: CampaignFacts): void => {
  known = given;
};

type NamedFacts = Pick<
  ConversionFacts,
  "campaignId" | "campaignName" | "flowId" | "flowName" | "offerId" | "offerName" | "landingId" | "landingName"
>;

/** Facts with the names that a tracker gave ids only for: hardly any of them says an offer's or a landing's name, none a flow's. */
export async function withNames<Facts extends NamedFacts>(db: Db, connectionId: string, facts: Facts): Promise<Facts> {
  const unnamed = (name: string | null, id: string | null) => (name === null ? id : null);
  const { campaignId: campaign, flowId, flowName } = facts;
  const ids: Unnamed = {
    campaign: unnamed(facts.campaignName, campaign),
    flow: campaign === null || flowId === null || flowName !== null ? null : { campaign, ref: flowId },
    offer: unnamed(facts.offerName, facts.offerId),
    landing: unnamed(facts.landingName, facts.landingId),
  };
  if (Object.values(ids).every((id) => id === null)) return facts;
  const names = await known.namesOf(db, connectionId, ids);
  return {
    ...facts,
    campaignName: facts.campaignName ?? names.campaign,
    flowName: flowName ?? names.flow,
    offerName: facts.offerName ?? names.offer,
    landingName: facts.landingName ?? names.landing,
  };
}

/** Where a campaign is shown here. Its number alone is not enough: two trackers may each have a campaign 15. */
export interface ReadAt {
  connectionId: string;
  /** Whether it is read from its tracker; its conversions are all there is to show otherwise. */
  isRead: boolean;
  /** Our id of the flow that the conversion came through; null: not said, or not known. */
  flowId: string | null;
}

/** Null where the conversion names no campaign. */
export async function whereRead(
  db: Db,
  connectionId: string,
  { campaignId, flowId }: Pick<ConversionFacts, "campaignId" | "flowId">,
): Promise<ReadAt | null> {
  if (campaignId === null) return null;
  const found = await known.find(db, connectionId, { campaign: campaignId, flow: flowId });
  return { connectionId, isRead: found !== null, flowId: found?.flowId ?? null };
}
