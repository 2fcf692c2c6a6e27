/** A flow's shares from the phone into a tracker and back: the adapter and the tracker's stand-in, and nothing in memory between. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { keitaroCampaigns } from "@backend/integrations/keitaro/campaigns.ts";
import { keitaroClient } from "@backend/integrations/keitaro/client.ts";
import { keitaroReports } from "@backend/integrations/keitaro/reports.ts";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { systemActor } from "@backend/kit/context.ts";
import { createOutbound } from "@backend/kit/outbound.ts";
import { installPostback, removePostback } from "@backend/modules/campaigns/actions/campaign-postback.ts";
import { changeShares, rebaseDraft } from "@backend/modules/campaigns/actions/edit-draft.ts";
import { pushFlow } from "@backend/modules/campaigns/actions/push-flow.ts";
import { readFlow } from "@backend/modules/campaigns/actions/read-flow.ts";
import { requestPush, undoPush } from "@backend/modules/campaigns/actions/request-push.ts";
import { syncTracker } from "@backend/modules/campaigns/actions/sync-tracker.ts";
import { totalOf } from "@backend/modules/campaigns/domain/shares.ts";
import type { Flow } from "@backend/modules/campaigns/flow-contracts.ts";
import { createTestWorkspace } from "@backend/modules/conversions/testing.ts";
import { campaigns, flowPushes, flows, trackerMirrors } from "@db/schema/campaigns.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { type KeitaroStandIn, startKeitaroStandIn } from "@sandbox/keitaro/index.ts";
import { desc, eq } from "drizzle-orm";

let database: TestDatabase;
const trackers: KeitaroStandIn[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const tracker of trackers) await tracker.stop();
  await database.drop();
});

/** A tracker that was just read, and a flow of it that has landings and three offers. */
async function scene() {
  const { db } = database;
  const tracker = startKeitaroStandIn();
  trackers.push(tracker);
  const space = await createTestWorkspace(db, telegramMarkup);
  const { workspaceId } = space;
  const connectionId = await space.connect();
  const { vault, publicUrl } = space.ports;
  const key = { apiUrl: tracker.url, apiKeySealed: vault.seal(tracker.apiKey) };
  await db.insert(trackerPulls).values({ connectionId, workspaceId, ...key });
  await db.insert(trackerMirrors).values({ connectionId, workspaceId });
  const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
  const client = keitaroClient({
    // A lost answer is waited for: half a second is enough on loopback.
    outbound: (call) => outbound({ ...call, timeoutMs: 500 }),
    pause: async () => {},
  });
  const ports = {
    vault,
    publicUrl,
    trackerCampaigns: keitaroCampaigns(client),
    trackerReports: keitaroReports(client),
  };
  const context = (now = new Date(), actor = space.actor) => ({ ...space.context(now), actor, ports });
  const job = () => context(new Date(), systemActor(workspaceId));
  await syncTracker(job(), { connectionId, workspaceId, isFailing: false });
  const rows = await db.select().from(flows).where(eq(flows.workspaceId, workspaceId));
  const row = rows.find(({ ref }) => ref === "5002");
  if (!row) throw new Error("the tracker was not read");
  const [campaign] = await db.select().from(campaigns).where(eq(campaigns.id, row.campaignId));
  if (!campaign) throw new Error("a flow without a campaign");
  const flowId = row.id;
  return {
    tracker,
    flowId,
    campaign,
    context,
    flowRef: Number(row.ref),
    offerIds: row.offers.map(({ id }) => id),
    read: (now?: Date) => readFlow(context(now), { flowId }),
    edit: (flow: Flow, id: string, share: number) =>
      changeShares(context(), {
        flowId,
        version: flow.draft?.version ?? 0,
        part: "offers",
        change: { kind: "set", id, share },
      }),
    push: (flow: Flow) => requestPush(context(), { flowId, version: flow.draft?.version ?? 0 }),
    async work() {
      const [push] = await db
        .select()
        .from(flowPushes)
        .where(eq(flowPushes.flowId, flowId))
        .orderBy(desc(flowPushes.createdAt))
        .limit(1);
      await pushFlow(job(), { workspaceId, flowId, pushId: push?.id ?? "" });
      return push?.id ?? "";
    },
    /** What the tracker itself has. */
    inTracker: () =>
      [...tracker.world.campaigns.values()]
        .flatMap((one) => one.flows)
        .find(({ id }) => id === Number(row.ref))
        ?.offers.map(({ thingId, share }) => [String(thingId), share]) ?? [],
    writes: () => tracker.calls.filter(({ method }) => method === "PUT").length,
  };
}

const later = () => new Date(Date.now() + 60_000);
const sharesOf = (rows: readonly { id: string; share: number }[]) => rows.map(({ id, share }) => [id, share]);

describe("a share on its way", () => {
  test("goes out, meets a change made in the panel, is decided, goes out again, and comes back", async () => {
    const at = await scene();
    const before = at.inTracker();
    let flow = await at.edit(await at.read(), at.offerIds[0] ?? "", 55);
    expect(totalOf(flow.draft?.rows.offers ?? [])).toBe(100);

    const others = at.offerIds.map((id, n) => ({ offer_id: Number(id), share: n === 0 ? 10 : n === 1 ? 90 : 0 }));
    at.tracker.drift(at.flowRef, { offers: others });
    await at.push(flow);
    await at.work();
    flow = await at.read();
    expect(flow).toMatchObject({ push: { state: "conflict" }, draft: { isOutdated: true } });
    expect(sharesOf(flow.push?.theirs?.offers ?? [])).toEqual(at.inTracker());
    expect(at.writes()).toBe(0);

    const ours = { offers: at.offerIds, landings: [] };
    flow = await rebaseDraft(at.context(), { flowId: at.flowId, version: flow.draft?.version ?? 0, ours });
    flow = await at.push(flow);
    const target = sharesOf(flow.push?.target.offers ?? []);
    const pushId = await at.work();
    flow = await at.read();
    expect(flow).toMatchObject({ push: { state: "done", canUndo: true }, draft: null });
    expect(at.inTracker()).toEqual(target);
    expect(at.inTracker()).not.toEqual(before);

    await undoPush(at.context(), { flowId: at.flowId, pushId });
    await at.work();
    expect(at.inTracker()).toEqual(others.map(({ offer_id, share }) => [String(offer_id), share]));
    expect(at.writes()).toBe(2);
  });

  test("whose answer is lost is written once", async () => {
    const at = await scene();
    await at.push(await at.edit(await at.read(), at.offerIds[0] ?? "", 55));
    at.tracker.fail("lost_answer", 1, { on: "writes" });
    await at.work();
    expect(await at.read()).toMatchObject({ push: { state: "done" }, draft: null });
    expect(at.writes()).toBe(1);
  });

  test("that is stored by half shows what the tracker has, and the draft goes on from there", async () => {
    const at = await scene();
    await at.push(await at.edit(await at.read(), at.offerIds[0] ?? "", 55));
    at.tracker.fail("partial_write", 1, { on: "writes" });
    await at.work();
    const flow = await at.read();
    expect(flow).toMatchObject({ push: { state: "failed" }, draft: { isOutdated: false } });
    expect(sharesOf(flow.theirs.offers)).toEqual(at.inTracker());
    await at.push(flow);
    await at.work();
    expect(await at.read()).toMatchObject({ push: { state: "done" }, draft: null });
  });

  test("is never written where the tracker cannot be read", async () => {
    for (const fault of ["html", "no_permission", "broken_json", { status: 500 }] as const) {
      const at = await scene();
      await at.push(await at.edit(await at.read(), at.offerIds[0] ?? "", 55));
      at.tracker.fail(fault, 10, { on: "reads" });
      await at.work();
      expect(at.writes()).toBe(0);
    }
  });

  test("of a tracker that is away shows what was read last", async () => {
    const at = await scene();
    const before = await at.read();
    at.tracker.fail({ status: 502 }, 10);
    expect(await at.read(later())).toMatchObject({ theirs: before.theirs, readAt: before.readAt });
  });
});

test("our postback is put into a campaign and taken out, and the others stay", async () => {
  const at = await scene();
  const listed = () =>
    [...at.tracker.world.campaigns.values()].find(({ id }) => String(id) === at.campaign.ref)?.postbacks ?? [];
  const before = structuredClone(listed());
  const input = { campaignId: at.campaign.id };
  expect(await installPostback(at.context(), input)).toMatchObject({ state: "installed" });
  expect(listed()).toHaveLength(before.length + 1);
  expect(await removePostback(at.context(), input)).toMatchObject({ state: "removed" });
  expect(listed().map(({ url }) => url)).toEqual(before.map(({ url }) => url));
});
