/** How the API writes what a world holds: every field that the real one is known to answer with. */
import type { Binding, TrackerWorld, WorldCampaign, WorldFlow, WorldOffer, WorldThing } from "./world.ts";

const since = "2026-01-01 10:00:00";

export const campaignBody = (campaign: WorldCampaign) => ({
  id: campaign.id,
  alias: campaign.alias,
  type: campaign.type,
  name: campaign.name,
  cookies_ttl: 24,
  position: campaign.position,
  state: campaign.state,
  cost_type: "CPC",
  cost_value: 0,
  cost_currency: "USD",
  cost_auto: false,
  group_id: campaign.groupId || null,
  bind_visitors: campaign.bindVisitors,
  traffic_source_id: campaign.sourceId || null,
  token: campaign.token,
  parameters: { creative_id: { name: "utm_creative", placeholder: "{{ad.name}}", alias: "" } },
  postbacks: campaign.postbacks.map((postback) => ({ ...postback, campaign_id: campaign.id })),
  notes: "",
  created_at: since,
  updated_at: campaign.updatedAt,
});

export const flowBody = (flow: WorldFlow) => ({
  id: flow.id,
  type: flow.type,
  name: flow.name,
  campaign_id: flow.campaignId,
  position: flow.position,
  weight: flow.weight,
  action_options: null,
  comments: "",
  state: flow.state,
  updated_at: flow.updatedAt,
  action_type: flow.actionType,
  action_payload: flow.actionPayload,
  schema: flow.schema,
  collect_clicks: true,
  filter_or: false,
  offer_selection: "before_click",
  filters: flow.filters.map((filter) => ({ ...filter, stream_id: flow.id })),
  triggers: [],
  landings: flow.landings.map((row) => ({ ...bindingBody(flow, row), landing_id: row.thingId })),
  offers: flow.offers.map((row) => ({ ...bindingBody(flow, row), offer_id: row.thingId })),
});

const bindingBody = (flow: WorldFlow, { id, share, state, createdAt, updatedAt }: Binding) => ({
  id,
  stream_id: flow.id,
  state,
  share,
  created_at: createdAt,
  updated_at: updatedAt,
});

export const offerBody = (world: TrackerWorld, offer: WorldOffer) => ({
  id: offer.id,
  name: offer.name,
  group_id: offer.groupId || null,
  offer_type: "external",
  action_type: "http",
  action_payload: `https://offers.example/${offer.id}`,
  affiliate_network_id: offer.networkId || null,
  affiliate_network: world.networks.get(offer.networkId)?.name ?? null,
  payout_value: offer.payout,
  payout_currency: "USD",
  payout_type: "CPA",
  payout_auto: true,
  payout_upsell: true,
  state: offer.state,
  country: offer.countries,
  notes: "",
  created_at: since,
  updated_at: since,
});

/** A landing, a source, a network or a domain. */
export const thingBody = ({ id, name }: WorldThing) => ({
  id,
  name,
  state: "active",
  notes: "",
  created_at: since,
  updated_at: since,
});
