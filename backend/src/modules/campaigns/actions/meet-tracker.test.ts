import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { reactions } from "@backend/app/reactions.ts";
import { keitaroClient } from "@backend/integrations/keitaro/client.ts";
import { keitaroLog } from "@backend/integrations/keitaro/conversions-log.ts";
import { setReactions } from "@backend/kit/events.ts";
import { connectPull, disconnectPull } from "@backend/modules/conversions/actions/connect-pull.ts";
import {
  campaignPostbacks,
  campaigns,
  flowDrafts,
  flowPushes,
  flows,
  trackerMirrors,
  trackerReports,
  trackerThings,
} from "@db/schema/campaigns.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, isNull, sql } from "drizzle-orm";
import { createFlowScene, type FlowScene, later, offers, parts, textOf } from "../testing/flow-scene.ts";
import { trackerCampaign } from "../testing.ts";
import { changeShares } from "./edit-draft.ts";
import { requestPush, undoPush } from "./request-push.ts";
import { syncDue, syncTracker } from "./sync-tracker.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => setReactions(reactions));
afterEach(() => setReactions([]));

/** Gives the connection another address, of a tracker that answers. */
async function moveTo(scene: FlowScene, apiUrl: string): Promise<void> {
  const answer = { status: 200, headers: {}, body: new TextEncoder().encode("[]") };
  const trackerLog = keitaroLog(keitaroClient({ outbound: async () => answer }));
  const ctx = scene.space.context(new Date());
  await connectPull(
    { ...ctx, ports: { ...scene.space.ports, trackerLog, keep: { inboxDays: 90 } } },
    { connectionId: scene.connectionId, apiUrl, apiKey: "key" },
  );
}

const mirrorOf = async ({ connectionId }: FlowScene) =>
  (await database.db.select().from(trackerMirrors).where(eq(trackerMirrors.connectionId, connectionId)))[0];
const flowOf = async ({ flowId }: FlowScene) => (await database.db.select().from(flows).where(eq(flows.id, flowId)))[0];
const draftsOf = ({ flowId }: FlowScene) => database.db.select().from(flowDrafts).where(eq(flowDrafts.flowId, flowId));
const pushesOf = ({ flowId }: FlowScene) => database.db.select().from(flowPushes).where(eq(flowPushes.flowId, flowId));
const jobsOf = async ({ connectionId }: FlowScene) => {
  const rows = await database.db.execute<{ payload: { connectionId: string; readBefore?: string } }>(sql`
    select p.payload from graphile_worker._private_jobs p
    join graphile_worker._private_tasks k on k.id = p.task_id where k.identifier = 'campaigns.sync-tracker'`);
  return [...rows].map(({ payload }) => payload).filter((payload) => payload.connectionId === connectionId);
};
const sync = (scene: FlowScene, now: Date) =>
  syncTracker(scene.context(now), {
    ...{ connectionId: scene.connectionId, workspaceId: scene.space.workspaceId, isFailing: false },
  });

/** A campaign with everything that people and their tracker leave behind. */
async function livedIn(): Promise<FlowScene & { pushId: string }> {
  const scene = await createFlowScene(database.db);
  const { workspaceId } = scene.space;
  const { connectionId, campaignId, flowId } = scene;
  const draft = async (share: number) => {
    const version = (await scene.read()).draft?.version ?? 0;
    const change = { kind: "set", id: "1", share } as const;
    return (await changeShares(scene.context(), { flowId, version, part: "offers", change })).draft?.version ?? 0;
  };
  await requestPush(scene.context(), { flowId, version: await draft(50) });
  const { id: pushId } = await scene.work();
  await draft(60);
  await database.db
    .update(flows)
    .set({ pins: { offers: ["1"], landings: [] }, driftFrom: parts("10 90"), driftSince: new Date() })
    .where(eq(flows.id, flowId));
  await database.db
    .update(trackerMirrors)
    .set({ reportDialect: "old", lastOkAt: new Date(), failures: 3, problem: "failing" })
    .where(eq(trackerMirrors.connectionId, connectionId));
  const moment = { checkedAt: new Date(), changedAt: new Date() };
  await database.db.insert(campaignPostbacks).values({ campaignId, workspaceId, state: "installed", ...moment });
  const answer = { rows: [], more: 0 };
  await database.db
    .insert(trackerReports)
    .values({ connectionId, workspaceId, questionKey: "q", answer, readAt: new Date() });
  return { ...scene, pushId };
}

test("another tracker inherits nothing of the last one, and is read at once", async () => {
  const scene = await livedIn();
  const { connectionId, flowId, pushId } = scene;
  await moveTo(scene, "https://another.example");

  expect(await flowOf(scene)).toMatchObject({ pins: { offers: [], landings: [] }, driftFrom: null, driftSince: null });
  expect((await flowOf(scene))?.goneAt).not.toBeNull();
  expect(await database.db.select().from(flowDrafts).where(eq(flowDrafts.flowId, flowId))).toEqual([]);
  const [campaign] = await database.db.select().from(campaigns).where(eq(campaigns.id, scene.campaignId));
  expect(campaign?.goneAt).not.toBeNull();
  const { connectionId: its } = trackerThings;
  const things = database.db.select().from(trackerThings).where(eq(its, connectionId));
  expect((await things).filter(({ goneAt }) => goneAt === null)).toEqual([]);
  for (const [table, its] of [
    [campaignPostbacks, eq(campaignPostbacks.campaignId, scene.campaignId)],
    [trackerReports, eq(trackerReports.connectionId, connectionId)],
  ] as const)
    expect(await database.db.select().from(table).where(its)).toEqual([]);
  expect(await mirrorOf(scene)).toMatchObject({ reportDialect: null, lastOkAt: null, failures: 0, problem: null });
  expect(await jobsOf(scene)).toMatchObject([{ readBefore: expect.any(String) }]);

  // The other one has a campaign 15 with a flow of the same number too.
  scene.tracker.listCampaigns = async () => [trackerCampaign("15", { name: "Autumn PL" })];
  scene.tracker.change(scene.flowRef, { offers: offers("5 95"), name: "Theirs" });
  await sync(scene, later());
  const shown = await scene.read(later());
  expect(shown).toMatchObject({ name: "Theirs", draft: null, drift: null, pins: { offers: [] }, readOnly: null });
  expect(textOf(shown.theirs.offers)).toBe("5 95");
  await expect(undoPush(scene.context(later()), { flowId, pushId })).rejects.toMatchObject({
    code: "campaigns.snapshot_gone",
  });
});

test("a push on its way to the last tracker does not reach another one, and says why", async () => {
  const scene = await livedIn();
  const version = (await scene.read()).draft?.version ?? 0;
  await requestPush(scene.context(), { flowId: scene.flowId, version });
  const writes = scene.tracker.writes.length;
  await moveTo(scene, "https://another.example");
  expect(await scene.work()).toMatchObject({ state: "failed", problem: "campaigns.push.tracker_replaced" });
  expect(scene.tracker.writes).toHaveLength(writes);
  expect((await scene.read()).push?.problem).toBe(
    "Another tracker was connected in the meantime, so this push was given up.",
  );
});

test("a run that was reading the last tracker stores nothing more of it", async () => {
  const scene = await createFlowScene(database.db);
  scene.tracker.listCampaigns = async () => [trackerCampaign("15"), trackerCampaign("16")];
  scene.tracker.listArchived = async () => {
    await moveTo(scene, "https://another.example");
    return [];
  };
  await sync(scene, new Date());
  const there = await database.db.select().from(campaigns).where(isNull(campaigns.goneAt));
  expect(there.filter(({ connectionId }) => connectionId === scene.connectionId)).toEqual([]);
});

test("a tracker that moved to https or into a folder of its host is the same one", async () => {
  const scene = await livedIn();
  const before = [await flowOf(scene), await pushesOf(scene), await mirrorOf(scene)];
  await moveTo(scene, "http://tracker.example/keitaro");
  expect([await flowOf(scene), await pushesOf(scene), await mirrorOf(scene)]).toEqual(before);
  expect(await jobsOf(scene)).toEqual([]);
});

describe("a tracker that was taken away for some days", () => {
  const takeAway = (scene: FlowScene) =>
    disconnectPull(scene.space.context(new Date()), { connectionId: scene.connectionId });

  test("finds again what was read of it and what was to be changed", async () => {
    const scene = await livedIn();
    const before = [await flowOf(scene), await pushesOf(scene), await mirrorOf(scene), await draftsOf(scene)];
    await takeAway(scene);
    await moveTo(scene, "https://tracker.example");
    expect([await flowOf(scene), await pushesOf(scene), await mirrorOf(scene), await draftsOf(scene)]).toEqual(before);
    expect(await draftsOf(scene)).toHaveLength(1);
    expect(await jobsOf(scene)).toEqual([]);
  });

  test("leaves nothing to another one that comes in its place", async () => {
    const scene = await livedIn();
    const version = (await scene.read()).draft?.version ?? 0;
    await requestPush(scene.context(), { flowId: scene.flowId, version });
    const writes = scene.tracker.writes.length;
    await takeAway(scene);
    await moveTo(scene, "https://another.example");
    expect(await draftsOf(scene)).toEqual([]);
    expect((await flowOf(scene))?.goneAt).not.toBeNull();
    expect(await mirrorOf(scene)).toMatchObject({ host: "another.example", lastOkAt: null, reportDialect: null });
    expect(await jobsOf(scene)).toMatchObject([{ readBefore: expect.any(String) }]);
    expect(await scene.work()).toMatchObject({ state: "failed", problem: "campaigns.push.tracker_replaced" });
    expect(scene.tracker.writes).toHaveLength(writes);
  });

  test("is known by its host also where that was not kept yet, from the next minute on", async () => {
    const scene = await livedIn();
    await database.db
      .update(trackerMirrors)
      .set({ host: null })
      .where(eq(trackerMirrors.connectionId, scene.connectionId));
    await syncDue(scene.context(), {});
    expect(await mirrorOf(scene)).toMatchObject({ host: "tracker.example" });
    await takeAway(scene);
    await moveTo(scene, "https://tracker.example");
    expect(await draftsOf(scene)).toHaveLength(1);
  });

  test("is another one where nobody knows which it was: a draft may not reach a stranger", async () => {
    const scene = await livedIn();
    await takeAway(scene);
    await database.db
      .update(trackerMirrors)
      .set({ host: null })
      .where(eq(trackerMirrors.connectionId, scene.connectionId));
    await moveTo(scene, "https://tracker.example");
    expect(await draftsOf(scene)).toEqual([]);
  });
});

test("a tracker that is connected for the first time is read at once, once", async () => {
  const scene = await livedIn();
  const connectionId = await scene.space.connect();
  const its = { ...scene, connectionId };
  await Promise.all([1, 2].map(() => moveTo(its, "https://first.example")));
  expect(await mirrorOf(its)).toMatchObject({ host: "first.example", isOn: true, lastOkAt: null });
  expect(await jobsOf(its)).toHaveLength(1);
  expect(await draftsOf(scene)).toHaveLength(1);
});
