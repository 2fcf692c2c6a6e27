/** What tests of flows stand on: a tracker in memory behind the port, and a workspace with a campaign of it. */
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { type ActionContext, type Actor, systemActor } from "@backend/kit/context.ts";
import { IntegrationError } from "@backend/kit/errors.ts";
import { createTestWorkspace, type TestWorkspace } from "@backend/modules/conversions/testing.ts";
import type { Db } from "@db/client.ts";
import {
  campaigns,
  flowPushes,
  flows,
  type StoredParts,
  type StoredShare,
  trackerMirrors,
  trackerThings,
} from "@db/schema/campaigns.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { desc, eq } from "drizzle-orm";
import { pushFlow } from "../actions/push-flow.ts";
import { readFlow } from "../actions/read-flow.ts";
import type { Flow } from "../flow-contracts.ts";
import type { CampaignPostback, CampaignsPorts, TrackerCampaigns, TrackerFlow } from "../ports.ts";

type Parts = StoredParts<StoredShare>;
type Call = "readFlow" | "writeShares" | "listPostbacks" | "writePostbacks";

/** "40 30 30" as offers 1, 2, 3: a state is easier to read than an array. "20x": disabled. */
export const offers = (text: string): StoredShare[] =>
  text
    .split(" ")
    .filter(Boolean)
    .map((word, n) => ({
      id: String(n + 1),
      share: Number.parseFloat(word),
      state: word.endsWith("x") ? "disabled" : "active",
    }));
export const parts = (text: string): Parts => ({ offers: offers(text), landings: [] });
/** The other way round; ids that are not in their place are written out. */
export const textOf = (rows: readonly StoredShare[]): string =>
  rows
    .map(({ id, share, state }, n) => `${id === String(n + 1) ? "" : `${id}:`}${share}${state === "active" ? "" : "x"}`)
    .join(" ");

/** How one call goes wrong; `meanwhile` happens in the tracker just before or after. */
export type Fault =
  /** Refused or lost before the tracker did anything. */
  | { kind: "refused"; problem?: string; retryable?: boolean }
  /** Done, and the answer was lost. */
  | { kind: "lost_answer" }
  /** Done by half: the tracker has this instead. */
  | { kind: "instead"; state: Parts }
  /** Answers only when it is let go. */
  | { kind: "hangs"; until: Promise<unknown> }
  | { kind: "none" };

export interface FakeTracker extends TrackerCampaigns {
  flows: Map<string, TrackerFlow>;
  postbacks: Map<string, CampaignPostback[]>;
  /** Writes that reached it, and what they wrote over. `isBlind`: nobody had read that state. */
  writes: { ref: string; parts: Partial<Parts>; over: Parts; isBlind: boolean }[];
  calls: Call[];
  /** Next calls of a kind go wrong, one after another. */
  next(call: Call, ...faults: Fault[]): void;
  /** Nothing goes wrong any more. */
  heal(): void;
  /** Somebody changes a flow in the panel. */
  change(ref: string, state: Partial<TrackerFlow>): void;
}

export function fakeTracker(): FakeTracker {
  const faults = new Map<Call, Fault[]>();
  const seen = new Map<string, string>();
  const failure = (problem: string, retryable: boolean) =>
    new IntegrationError("fake", problem, { retryable, problem });
  const stateOf = (ref: string) => JSON.stringify(self.flows.get(ref));

  /** Runs a call with its next fault; `work` is what the tracker does. */
  async function call<T>(name: Call, work: () => T, instead?: (state: Parts) => void): Promise<T> {
    self.calls.push(name);
    const fault = faults.get(name)?.shift() ?? { kind: "none" };
    if (fault.kind === "hangs") await fault.until;
    if (fault.kind === "refused") throw failure(fault.problem ?? "unreachable", fault.retryable ?? true);
    const answer = work();
    if (fault.kind === "instead") instead?.(fault.state);
    if (fault.kind === "lost_answer") throw failure("timed_out", true);
    return answer;
  }

  const self: FakeTracker = {
    flows: new Map(),
    postbacks: new Map(),
    writes: [],
    calls: [],
    next: (name, ...more) => void faults.set(name, [...(faults.get(name) ?? []), ...more]),
    heal: () => faults.clear(),
    change(ref, state) {
      const flow = self.flows.get(ref);
      if (!flow) throw new Error(`no flow ${ref}`);
      self.flows.set(ref, { ...flow, ...structuredClone(state) });
    },
    readFlow: (_, ref) =>
      call("readFlow", () => {
        seen.set(ref, stateOf(ref));
        return structuredClone(self.flows.get(ref) ?? null);
      }),
    writeShares: (_, ref, given) =>
      call(
        "writeShares",
        () => {
          const { offers: before = [], landings = [] } = self.flows.get(ref) ?? {};
          const over = structuredClone({ offers: before, landings });
          self.writes.push({ ref, parts: structuredClone(given), over, isBlind: seen.get(ref) !== stateOf(ref) });
          self.change(ref, given);
          seen.set(ref, stateOf(ref));
          return structuredClone(self.flows.get(ref) as TrackerFlow);
        },
        (state) => self.change(ref, state),
      ),
    listPostbacks: (_, ref) => call("listPostbacks", () => structuredClone(self.postbacks.get(ref) ?? [])),
    writePostbacks: (_, ref, list) =>
      call("writePostbacks", () => {
        self.postbacks.set(
          ref,
          list.map((one, n) => ({ ...one, ref: one.ref ?? `new-${n}` })),
        );
      }),
    listFlows: async () => [...self.flows.values()],
    listCampaigns: async () => [],
    listArchived: async () => [],
    listThings: async () => [],
    listSentPostbacks: async () => [],
  };
  return self;
}

const noReports: CampaignsPorts["trackerReports"] = { build: async () => ({ rows: [], dialect: "new" }) };

export interface FlowScene {
  space: TestWorkspace;
  tracker: FakeTracker;
  connectionId: string;
  campaignId: string;
  flowId: string;
  flowRef: string;
  ports: CampaignsPorts & { publicUrl: string };
  /** A context of the team's person, or of `actor`. */
  context(now?: Date, actor?: Actor): ActionContext<CampaignsPorts & { publicUrl: string }>;
  /** The flow as its screen gets it, from the tracker when it is old enough. */
  read(now?: Date): Promise<Flow>;
  /** Another flow of the same campaign. */
  addFlow(state: Parts, more?: Partial<TrackerFlow>): Promise<string>;
  /** Runs the job of the flow's newest push, as the worker would. */
  work(now?: Date, flowId?: string): Promise<typeof flowPushes.$inferSelect>;
}

let counter = 0;

/** A campaign with one flow that its tracker has just told us of. */
export async function createFlowScene(
  db: Db,
  given: { state?: Parts; tellsDrift?: boolean; flow?: Partial<TrackerFlow>; tracker?: FakeTracker } = {},
): Promise<FlowScene> {
  const space = await createTestWorkspace(db, telegramMarkup);
  const tracker = given.tracker ?? fakeTracker();
  const connectionId = await space.connect();
  const { workspaceId } = space;
  const { vault, publicUrl } = space.ports;
  await db.insert(trackerPulls).values({
    connectionId,
    workspaceId,
    apiUrl: "https://tracker.example",
    apiKeySealed: vault.seal("key"),
  });
  const tellsDrift = given.tellsDrift ?? false;
  await db.insert(trackerMirrors).values({ connectionId, workspaceId, host: "tracker.example", tellsDrift });
  const now = new Date();
  const thing = (kind: "offer" | "landing", ref: string) => ({
    connectionId,
    workspaceId,
    kind,
    ref,
    name: `${kind} ${ref}`,
    readAt: now,
  });
  const ids = Array.from({ length: 12 }, (_, n) => String(n + 1));
  await db
    .insert(trackerThings)
    .values([...ids.map((ref) => thing("offer", ref)), ...ids.map((ref) => thing("landing", ref))]);
  const [campaign] = await db
    .insert(campaigns)
    .values({ workspaceId, connectionId, ref: "15", name: "Spring AU", state: "active", readAt: now })
    .returning();
  if (!campaign) throw new Error("no campaign");
  const ports = { vault, publicUrl, trackerCampaigns: tracker, trackerReports: noReports };
  const context = (at = new Date(), actor = space.actor) => ({ ...space.context(at), actor, ports });

  async function addFlow(state: Parts, more: Partial<TrackerFlow> = {}): Promise<string> {
    const flow: TrackerFlow = {
      ref: String(5000 + counter++),
      campaignRef: "15",
      name: "Flow",
      type: "regular",
      state: "active",
      schema: "landings",
      position: 1,
      weight: 100,
      filters: [],
      ...structuredClone(state),
      ...more,
    };
    tracker.flows.set(flow.ref, flow);
    const { campaignRef: _, ...facts } = flow;
    const [row] = await db
      .insert(flows)
      .values({ ...facts, workspaceId, campaignId: campaign?.id ?? "", readAt: new Date() })
      .returning();
    if (!row) throw new Error("no flow");
    return row.id;
  }

  const flowId = await addFlow(given.state ?? parts("40 30 30"), given.flow);
  const flowRef = [...tracker.flows.keys()].at(-1) ?? "";
  return {
    space,
    tracker,
    connectionId,
    campaignId: campaign.id,
    flowId,
    flowRef,
    ports,
    context,
    addFlow,
    read: (at) => readFlow(context(at), { flowId }),
    async work(at = new Date(), of = flowId) {
      const newest = () =>
        db.select().from(flowPushes).where(eq(flowPushes.flowId, of)).orderBy(desc(flowPushes.createdAt)).limit(1);
      const [push] = await newest();
      if (!push) throw new Error("no push");
      await pushFlow(context(at, systemActor(workspaceId)), { workspaceId, flowId: of, pushId: push.id });
      const [after] = await newest();
      if (!after) throw new Error("no push");
      return after;
    },
  };
}

/** Late enough for a screen to ask the tracker again. */
export const later = (ms = 30_000) => new Date(Date.now() + ms);
