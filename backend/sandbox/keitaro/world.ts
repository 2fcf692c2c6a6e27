/**
 * What a tracker holds: campaigns, their flows, and the things that flows refer to. A world is built once, by the demo or by a
 * bench, and then changed by whoever calls the stand-in or sits at its panel.
 */

/** An offer or a landing in a flow. */
export interface Binding {
  /** Of the binding itself: it stays while the thing stays in the flow. */
  id: number;
  thingId: number;
  share: number;
  state: string;
  createdAt: string;
  updatedAt: string;
}

export interface WorldPostback {
  id: number;
  method: string;
  url: string;
  statuses: string[];
}

export interface WorldCampaign {
  id: number;
  alias: string;
  name: string;
  type: "position" | "weight";
  state: string;
  groupId: number;
  sourceId: number;
  bindVisitors: string | null;
  position: number;
  /** The Click API's secret. */
  token: string;
  postbacks: WorldPostback[];
  updatedAt: string;
  flows: WorldFlow[];
}

/** The visitors of a flow, as reports know them. It stays what it was when the flow is changed later. */
export interface Traffic {
  clicksPerDay: number;
  /** In dollars. */
  costPerClick: number;
  country: string;
  /** Leads of a hundred clicks, and what a sale pays; 0 where conversions come from the tracker's log alone. */
  leadsPerHundred: number;
  payout: number;
  /** Offer and landing ids with their part of the visitors, summing to 1. */
  offers: readonly (readonly [id: number, part: number])[];
  landings: readonly (readonly [id: number, part: number])[];
}

export interface WorldFlow {
  id: number;
  campaignId: number;
  name: string;
  type: "forced" | "regular" | "default";
  state: string;
  schema: "landings" | "redirect" | "action";
  position: number;
  weight: number;
  actionType: string;
  actionPayload: string;
  filters: readonly { id: number; name: string; mode: string; payload: readonly string[] }[];
  offers: Binding[];
  landings: Binding[];
  updatedAt: string;
  traffic: Traffic;
}

export interface WorldOffer {
  id: number;
  name: string;
  groupId: number;
  networkId: number;
  /** Names, as the API answers with. */
  countries: readonly string[];
  payout: number;
  state: string;
  /** A restricted key does not get to see it. */
  isHidden: boolean;
}

export interface WorldThing {
  id: number;
  name: string;
}

export type GroupType = "campaigns" | "offers" | "landings";

export interface TrackerWorld {
  campaigns: Map<number, WorldCampaign>;
  flows: Map<number, WorldFlow>;
  offers: Map<number, WorldOffer>;
  landings: Map<number, WorldThing>;
  sources: Map<number, WorldThing>;
  networks: Map<number, WorldThing>;
  groups: Map<number, WorldThing & { type: GroupType }>;
  domains: Map<number, WorldThing>;
  /** The first day that had visitors: 2026-03-01; null: there always were. */
  beganOn: string | null;
  /** The id that a new binding, filter or postback gets. */
  nextId: number;
}

/** Share and state of one thing of a flow; the state is "active" unless said. */
export type PlannedShare = readonly [id: number, share: number, state?: string];

export interface FlowPlan {
  id: number;
  name: string;
  type?: WorldFlow["type"];
  state?: string;
  schema?: WorldFlow["schema"];
  weight?: number;
  action?: readonly [type: string, payload: string];
  filters?: readonly (readonly [name: string, mode: string, payload: readonly string[]])[];
  offers?: readonly PlannedShare[];
  landings?: readonly PlannedShare[];
  traffic?: Partial<Pick<Traffic, "clicksPerDay" | "costPerClick" | "country" | "leadsPerHundred" | "payout">>;
}

export interface CampaignPlan {
  id: number;
  name: string;
  type?: WorldCampaign["type"];
  state?: string;
  groupId?: number;
  sourceId?: number;
  bindVisitors?: string;
  flows: readonly FlowPlan[];
}

const since = "2026-01-01 10:00:00";

/** Adds things to a world, each with what the panel would fill in by itself. */
export function buildWorld() {
  const world: TrackerWorld = {
    campaigns: new Map(),
    flows: new Map(),
    offers: new Map(),
    landings: new Map(),
    sources: new Map(),
    networks: new Map(),
    groups: new Map(),
    domains: new Map(),
    beganOn: null,
    nextId: 900_001,
  };
  const bind = ([thingId, share, state = "active"]: PlannedShare): Binding => ({
    id: world.nextId++,
    thingId,
    share,
    state,
    createdAt: since,
    updatedAt: since,
  });
  const add = (to: Map<number, WorldThing>) => (id: number, name: string) => void to.set(id, { id, name });

  return {
    world,
    addLanding: add(world.landings),
    addSource: add(world.sources),
    addNetwork: add(world.networks),
    addDomain: add(world.domains),
    addGroup: (type: GroupType, id: number, name: string) => void world.groups.set(id, { id, name, type }),
    addOffer(offer: Pick<WorldOffer, "id" | "name"> & Partial<WorldOffer>): void {
      const usual = { groupId: 0, networkId: 0, countries: [], payout: 0, state: "active", isHidden: false };
      world.offers.set(offer.id, { ...usual, ...offer });
    },
    addCampaign({ flows, ...plan }: CampaignPlan): WorldCampaign {
      const campaign: WorldCampaign = {
        type: "position",
        state: "active",
        groupId: 0,
        sourceId: 0,
        bindVisitors: null,
        ...plan,
        alias: `c${plan.id.toString(36)}${plan.name.length.toString(36)}`,
        position: world.campaigns.size + 1,
        token: `not-a-real-token-of-${plan.id}`,
        postbacks: [],
        updatedAt: since,
        flows: [],
      };
      world.campaigns.set(campaign.id, campaign);
      for (const { filters = [], offers = [], landings = [], action, traffic, ...flow } of flows) {
        const made: WorldFlow = {
          type: "regular",
          state: "active",
          schema: "landings",
          weight: 100,
          ...flow,
          campaignId: campaign.id,
          position: campaign.flows.length + 1,
          actionType: action?.[0] ?? "http",
          actionPayload: action?.[1] ?? "",
          filters: filters.map(([name, mode, payload]) => ({ id: world.nextId++, name, mode, payload })),
          offers: offers.map(bind),
          landings: landings.map(bind),
          updatedAt: since,
          traffic: {
            clicksPerDay: 0,
            costPerClick: 0.1,
            country: "",
            leadsPerHundred: 0,
            payout: 0,
            ...traffic,
            offers: partsOf(offers),
            landings: partsOf(landings),
          },
        };
        campaign.flows.push(made);
        world.flows.set(made.id, made);
      }
      return campaign;
    },
  };
}

function partsOf(shares: readonly PlannedShare[]): [number, number][] {
  const working = shares.filter(([, share, state = "active"]) => state === "active" && share > 0);
  const total = working.reduce((sum, [, share]) => sum + share, 0);
  return working.map(([id, share]) => [id, share / total]);
}

export interface LargeWorldSize {
  campaigns: number;
  flowsEach: number;
  offersEach: number;
  offers: number;
}

/** Many of everything, the same on every machine. Ids of campaigns are 1…n, of flows 1…n, of offers 1…n. */
export function largeWorld(size: LargeWorldSize): TrackerWorld {
  const { world, addGroup, addSource, addNetwork, addOffer, addCampaign } = buildWorld();
  const countries = ["AU", "PL", "UA", "DE", "BR", "IN", "MX", "TR"];
  for (let id = 1; id <= 20; id++) addGroup("campaigns", id, `Team ${id}`);
  for (let id = 1; id <= 12; id++) addSource(id, `Source ${id}`);
  for (let id = 1; id <= 30; id++) addNetwork(id, `Network ${id}`);
  for (let id = 1; id <= size.offers; id++)
    addOffer({ id, name: `Offer ${id} ${countries[id % countries.length]}`, networkId: 1 + (id % 30) });
  const even = Math.floor(100 / size.offersEach);
  for (let id = 1; id <= size.campaigns; id++)
    addCampaign({
      id,
      name: `Campaign ${id} ${countries[id % countries.length]}`,
      groupId: 1 + (id % 20),
      sourceId: 1 + (id % 12),
      flows: Array.from({ length: size.flowsEach }, (_, flow) => ({
        id: (id - 1) * size.flowsEach + flow + 1,
        name: `Flow ${flow + 1}`,
        offers: Array.from({ length: size.offersEach }, (_, at) => [
          1 + ((id * 31 + flow * 7 + at) % size.offers),
          at === 0 ? 100 - even * (size.offersEach - 1) : even,
        ]),
        traffic: {
          clicksPerDay: 20 + (id % 400),
          country: countries[id % countries.length] ?? "",
          leadsPerHundred: 2 + (id % 7),
          payout: 3 + (id % 5),
        },
      })),
    });
  return world;
}
