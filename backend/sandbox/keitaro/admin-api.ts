/** The Admin API over a world: objects read and changed. Reports and logs have rooms of their own. */
import { campaignBody, flowBody, offerBody, thingBody } from "./bodies.ts";
import { changeCampaign, changeFlow, changeIn } from "./changes.ts";
import { ApiFailure, missing } from "./failure.ts";
import type { TrackerWorld, WorldThing } from "./world.ts";

export interface AdminCall {
  method: string;
  /** Below /admin_api/v1, without the query. */
  path: string;
  query: URLSearchParams;
  body: unknown;
}

export interface AdminTerms {
  /** The present moment as the tracker writes it. */
  at: string;
  /** The key's user does not see everything: lists are shorter, and nobody says so. */
  isRestricted: boolean;
  ignoresOffset: boolean;
  /** How many rows of a set a write stores. */
  keeps?: (count: number) => number;
}

/** The answer, or undefined for a path that does not exist. Throws an ApiFailure for what is refused. */
export function answerAdmin(world: TrackerWorld, call: AdminCall, terms: AdminTerms): unknown {
  const [area = "", id, deed, ...rest] = call.path.split("/");
  if (rest.length > 0) return undefined;
  const question = `${call.method} ${[area, id && ":id", deed].filter(Boolean).join("/")}`;
  if (area === "campaigns") return answerCampaigns(world, call, terms, id ?? "", question);
  if (area === "streams") return answerFlows(world, call, terms, id ?? "", question);
  if (area === "offers") return answerOffers(world, terms, id ?? "", question);
  if (call.method !== "GET" || id !== undefined) return undefined;
  if (area === "groups") {
    const type = call.query.get("type");
    if (type === null) throw new ApiFailure(400, { error: "type is required" });
    const groups = [...world.groups.values()].filter((group) => group.type === type);
    return groups.map((group, at) => ({ ...group, position: at + 1 }));
  }
  if (area === "domains" && terms.isRestricted) return [];
  const things = listOf(world, area);
  return things && [...things.values()].map(thingBody);
}

function listOf(world: TrackerWorld, area: string): Map<number, WorldThing> | undefined {
  switch (area) {
    case "landing_pages":
      return world.landings;
    case "traffic_sources":
      return world.sources;
    case "affiliate_networks":
      return world.networks;
    case "domains":
      return world.domains;
    default:
      return undefined;
  }
}

function answerCampaigns(world: TrackerWorld, call: AdminCall, terms: AdminTerms, id: string, question: string) {
  const campaigns = [...world.campaigns.values()];
  if (question === "GET campaigns") {
    const there = campaigns.filter(({ state }) => state !== "deleted");
    const { offset, limit } = terms.ignoresOffset ? { offset: 0, limit: there.length } : pageIn(call.query);
    return there.slice(offset, offset + limit).map(campaignBody);
  }
  if (id === "deleted" && question === "GET campaigns/:id")
    return campaigns.filter(({ state }) => state === "deleted").map(campaignBody);
  const campaign = world.campaigns.get(Number(id));
  if (id === "") return undefined;
  if (!campaign) throw missing("Campaign", id);
  switch (question) {
    case "GET campaigns/:id":
      return campaignBody(campaign);
    case "GET campaigns/:id/streams":
      return campaign.flows.filter(({ state }) => state !== "deleted").map(flowBody);
    case "PUT campaigns/:id":
      changeCampaign(world, campaign, call.body, terms.at);
      return campaignBody(campaign);
    case "POST campaigns/:id/enable":
    case "POST campaigns/:id/disable":
    case "POST campaigns/:id/restore":
      Object.assign(campaign, { state: question.endsWith("disable") ? "disabled" : "active", updatedAt: terms.at });
      return campaignBody(campaign);
    case "DELETE campaigns/:id":
      Object.assign(campaign, { state: "deleted", updatedAt: terms.at });
      return [campaignBody(campaign)];
    default:
      return undefined;
  }
}

function answerFlows(world: TrackerWorld, call: AdminCall, terms: AdminTerms, id: string, question: string) {
  const flow = world.flows.get(Number(id));
  if (id === "") return undefined;
  if (!flow) throw missing("Stream", id);
  switch (question) {
    case "GET streams/:id":
      return flowBody(flow);
    case "PUT streams/:id":
      changeFlow(world, flow, changeIn(call.body, flow), terms.at, terms.keeps);
      return flowBody(flow);
    case "POST streams/:id/enable":
    case "POST streams/:id/disable":
    case "POST streams/:id/restore":
      changeFlow(world, flow, { state: question.endsWith("disable") ? "disabled" : "active" }, terms.at);
      return flowBody(flow);
    case "DELETE streams/:id":
      changeFlow(world, flow, { state: "deleted" }, terms.at);
      return [flowBody(flow)];
    default:
      return undefined;
  }
}

function answerOffers(world: TrackerWorld, { isRestricted }: AdminTerms, id: string, question: string) {
  if (question === "GET offers")
    return [...world.offers.values()]
      .filter(({ state, isHidden }) => state === "active" && !(isRestricted && isHidden))
      .map((offer) => offerBody(world, offer));
  const offer = world.offers.get(Number(id));
  if (id === "") return undefined;
  if (!offer) throw missing("Offer", id);
  switch (question) {
    case "GET offers/:id":
      if (isRestricted && offer.isHidden) throw noPermission("offers");
      return offerBody(world, offer);
    case "DELETE offers/:id/archive":
      offer.state = "deleted";
      return [offerBody(world, offer)];
    default:
      return undefined;
  }
}

/** What a section answers with that the key's user may not see. */
export const noPermission = (section: string): ApiFailure =>
  new ApiFailure(403, { error: `You have no permission to access this page to ${section}`, stacktrace: null });

function pageIn(query: URLSearchParams): { offset: number; limit: number } {
  const offset = Number(query.get("offset") ?? 0);
  const limit = Number(query.get("limit") ?? Number.MAX_SAFE_INTEGER);
  if (!Number.isInteger(offset) || offset < 0 || !Number.isInteger(limit) || limit < 1)
    throw new ApiFailure(400, { error: "offset, limit: wrong" });
  return { offset, limit };
}
