/**
 * What alerts and conversions know of a tracker's campaigns: names behind ids, and whether a campaign is read here. Campaigns are
 * another room, which knows this one and not the other way round: the container introduces it at start. Before that nothing is known.
 */
import type { Db } from "@db/client.ts";
import type { ConversionFacts } from "./domain/read-call.ts";

/** The tracker's ids, or the names behind them; null for what is not asked, or has none. */
export interface OfConversion {
  campaign: string | null;
  offer: string | null;
  landing: string | null;
}

export interface CampaignFacts {
  namesOf(db: Db, connectionId: string, ids: OfConversion): Promise<OfConversion>;
  isRead(db: Db, connectionId: string, campaignId: string): Promise<boolean>;
}

let known: CampaignFacts = {
  namesOf: () => Promise.resolve({ campaign: null, offer: null, landing: null }),
  isRead: () => Promise.resolve(false),
};

/** Called once at start, and by tests that ask about campaigns. */
export const introduceCampaigns = (given: CampaignFacts): void => {
  known = given;
};

type NamedFacts = Pick<
  ConversionFacts,
  "campaignId" | "campaignName" | "offerId" | "offerName" | "landingId" | "landingName"
>;

/** Facts with the names that a tracker gave ids only for: hardly any of them says an offer's or a landing's name. */
export async function withNames<Facts extends NamedFacts>(db: Db, connectionId: string, facts: Facts): Promise<Facts> {
  const unnamed = (name: string | null, id: string | null) => (name === null ? id : null);
  const ids = {
    campaign: unnamed(facts.campaignName, facts.campaignId),
    offer: unnamed(facts.offerName, facts.offerId),
    landing: unnamed(facts.landingName, facts.landingId),
  };
  if (Object.values(ids).every((id) => id === null)) return facts;
  const names = await known.namesOf(db, connectionId, ids);
  return {
    ...facts,
    campaignName: facts.campaignName ?? names.campaign,
    offerName: facts.offerName ?? names.offer,
    landingName: facts.landingName ?? names.landing,
  };
}

/** The connection whose tracker shows this campaign here; null where it is not read. */
export const whereRead = async (
  db: Db,
  connectionId: string,
  { campaignId }: Pick<ConversionFacts, "campaignId">,
): Promise<string | null> =>
  campaignId !== null && (await known.isRead(db, connectionId, campaignId)) ? connectionId : null;
