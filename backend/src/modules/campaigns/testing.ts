/** What tests of this room stand on: a tracker that is a list in memory, and a workspace whose connection has its key. */
import type { ActionContext, Actor } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { createTestWorkspace, type TestWorkspace, testVault } from "@backend/modules/conversions/testing.ts";
import type { Db } from "@db/client.ts";
import type { TrackerThingKind } from "@db/schema/campaigns.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { meetTracker } from "./actions/meet-tracker.ts";
import type {
  CampaignsPorts,
  TrackerCampaign,
  TrackerCampaigns,
  TrackerFlow,
  TrackerProblem,
  TrackerThing,
} from "./ports.ts";

export const trackerFails = (problem: TrackerProblem) =>
  new IntegrationError("tracker", `a tracker that fails: ${problem}`, { retryable: false, problem });

export const trackerCampaign = (ref: string, some: Partial<TrackerCampaign> = {}): TrackerCampaign => ({
  ref,
  name: `Campaign ${ref}`,
  alias: `alias${ref}`,
  state: "active",
  type: "position",
  groupRef: null,
  sourceRef: null,
  bindsVisitors: null,
  position: 1,
  changedText: "2026-01-01 10:00:00",
  ...some,
});

export const trackerFlow = (campaignRef: string, ref: string, some: Partial<TrackerFlow> = {}): TrackerFlow => ({
  ref,
  campaignRef,
  name: `Flow ${ref}`,
  type: "regular",
  state: "active",
  schema: "landings",
  position: 1,
  weight: 100,
  filters: [],
  offers: [],
  landings: [],
  ...some,
});

export const trackerThing = (kind: TrackerThingKind, ref: string, some: Partial<TrackerThing> = {}): TrackerThing => ({
  kind,
  ref,
  name: `${kind} ${ref}`,
  state: "active",
  groupRef: null,
  networkRef: null,
  countries: [],
  ...some,
});

/** A tracker in memory. What it is asked is counted; what it refuses is set by the test. */
export interface FakeTracker extends TrackerCampaigns {
  campaigns: TrackerCampaign[];
  archived: string[];
  flows: TrackerFlow[];
  things: TrackerThing[];
  /** Names of calls with their subject, in their order: "flows 15", "things offer". */
  asked: string[];
  /** Called with every name of a call before it answers. */
  before: (call: string) => void | Promise<void>;
}

export function fakeTracker(): FakeTracker {
  const asks = async <T>(call: string, answer: () => T): Promise<T> => {
    self.asked.push(call);
    await self.before(call);
    return structuredClone(answer());
  };
  const unused = () => Promise.reject(new Error("the mirror writes nothing into a tracker"));
  const self: FakeTracker = {
    campaigns: [],
    archived: [],
    flows: [],
    things: [],
    asked: [],
    before: () => {},
    listCampaigns: () => asks("campaigns", () => self.campaigns),
    listArchived: () => asks("archived", () => self.archived),
    listFlows: (_, ref) => asks(`flows ${ref}`, () => self.flows.filter((flow) => flow.campaignRef === ref)),
    readFlow: (_, ref) => asks(`flow ${ref}`, () => self.flows.find((flow) => flow.ref === ref) ?? null),
    listThings: (_, kind) => asks(`things ${kind}`, () => self.things.filter((thing) => thing.kind === kind)),
    writeShares: unused,
    listPostbacks: unused,
    writePostbacks: unused,
    listSentPostbacks: unused,
  };
  return self;
}

/** One flow in each of so many campaigns. */
export function trackerWith(count: number): FakeTracker {
  const tracker = fakeTracker();
  const refs = Array.from({ length: count }, (_, index) => String(index + 1));
  tracker.campaigns = refs.map((ref) => trackerCampaign(ref));
  tracker.flows = refs.map((ref) =>
    trackerFlow(ref, `f${ref}`, { offers: [{ id: "101", share: 100, state: "active" }] }),
  );
  return tracker;
}

export const portsOf = (tracker: FakeTracker): CampaignsPorts => ({
  vault: testVault,
  trackerCampaigns: tracker,
  trackerReports: { build: () => Promise.reject(new Error("no reports here")) },
});

export interface TrackerScene {
  space: TestWorkspace;
  tracker: FakeTracker;
  connectionId: string;
  ports: CampaignsPorts;
  context(now?: Date, actor?: Actor): ActionContext<CampaignsPorts>;
  /** Its key has just been given. */
  connect(now?: Date): Promise<void>;
}

/** A workspace with one connection that has a key, and the tracker behind it. */
export async function createTrackerScene(
  db: Db,
  markup: Parameters<typeof createTestWorkspace>[1],
  tracker = fakeTracker(),
): Promise<TrackerScene> {
  const space = await createTestWorkspace(db, markup);
  const connectionId = await space.connect();
  await db.insert(trackerPulls).values({
    connectionId,
    workspaceId: space.workspaceId,
    apiUrl: "https://tracker.example",
    apiKeySealed: testVault.seal("key"),
  });
  const ports = portsOf(tracker);
  return {
    space,
    tracker,
    connectionId,
    ports,
    context: (now = new Date(), actor = space.actor) => ({ ...space.context(now), actor, ports }),
    connect: (now = new Date()) => {
      const connectedAt = now.toISOString();
      return meetTracker(db, [{ workspaceId: space.workspaceId, connectionId, host: "tracker.example", connectedAt }]);
    },
  };
}
