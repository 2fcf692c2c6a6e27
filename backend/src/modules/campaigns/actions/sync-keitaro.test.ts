/** The mirror over the adapter and a Keitaro that is as strict as the real one. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { keitaroCampaigns } from "@backend/integrations/keitaro/campaigns.ts";
import { keitaroClient } from "@backend/integrations/keitaro/client.ts";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { createOutbound } from "@backend/kit/outbound.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import {
  type KeitaroFault,
  type KeitaroOptions,
  type KeitaroStandIn,
  startKeitaroStandIn,
} from "@sandbox/keitaro/index.ts";
import { eq } from "drizzle-orm";
import { createTrackerScene } from "../testing.ts";
import { campaignByRef } from "./find-campaign-by-ref.ts";
import { listCampaigns } from "./list-campaigns.ts";
import { listTrackerThings } from "./list-things.ts";
import { listMirroredTrackers } from "./list-trackers.ts";
import { readCampaign } from "./read-campaign.ts";
import { syncTracker } from "./sync-tracker.ts";

let database: TestDatabase;
const trackers: KeitaroStandIn[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const tracker of trackers) await tracker.stop();
  await database.drop();
});

const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);

async function scene(options: KeitaroOptions = {}) {
  const at = await createTrackerScene(database.db, telegramMarkup);
  const tracker = startKeitaroStandIn(options);
  trackers.push(tracker);
  const { connectionId, space } = at;
  const { vault } = at.ports;
  await database.db
    .update(trackerPulls)
    .set({ apiUrl: tracker.url, apiKeySealed: vault.seal(tracker.apiKey) })
    .where(eq(trackerPulls.connectionId, connectionId));
  const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
  const client = keitaroClient({ outbound: (call) => outbound({ ...call, timeoutMs: 2_000 }), pause: async () => {} });
  const ports = { ...at.ports, trackerCampaigns: keitaroCampaigns(client) };
  const context = (now = new Date()) => ({ ...at.context(now), ports });
  await at.connect();
  return {
    tracker,
    connectionId,
    context,
    sync: (now = new Date()) =>
      syncTracker(context(now), { connectionId, workspaceId: space.workspaceId, isFailing: false }),
    mirror: async () => (await listMirroredTrackers(context())).items[0],
    names: async (query = {}) =>
      (await listCampaigns(context(), { limit: 200, ...query })).items.map(({ name }) => name),
    campaign: async (ref: string, now?: Date) => {
      const { campaign } = await campaignByRef(context(), { connectionId, ref });
      return readCampaign(context(now), { campaignId: campaign?.id ?? "" });
    },
  };
}

describe("a Keitaro", () => {
  test("is read whole, four calls at once", async () => {
    const at = await scene();
    await at.sync();
    const alive = [...at.tracker.world.campaigns.values()].filter(({ state }) => state !== "deleted");
    expect(await at.names()).toHaveLength(alive.length);
    expect(await at.mirror()).toMatchObject({ campaigns: alive.length, done: alive.length, problem: null });
    expect(at.tracker.mostAtOnce).toBeLessThanOrEqual(4);
    const { campaign, flows } = await at.campaign("15");
    expect(campaign).toMatchObject({ group: expect.any(String), source: expect.any(String) });
    expect(flows.flatMap(({ offers }) => offers).every(({ name }) => name !== null)).toBe(true);
  });

  test("is seen to have changed by whoever opens the campaign", async () => {
    const at = await scene();
    await at.sync();
    const flow = (await at.campaign("15")).flows.find(({ offers }) => offers.length > 1);
    const [first] = flow?.offers ?? [];
    at.tracker.drift(Number(flow?.ref), { offers: [{ offer_id: Number(first?.id), share: 100 }] });
    const { flows } = await at.campaign("15", later(5));
    expect(flows.find(({ ref }) => ref === flow?.ref)).toMatchObject({ isDrifted: true, total: 100 });
  });

  test("that closes sections and shortens lists keeps its flows, with numbers for what has no name", async () => {
    const at = await scene({ isRestricted: true, closedSections: ["traffic_sources", "affiliate_networks"] });
    await at.sync();
    expect(await at.mirror()).toMatchObject({ problem: null });
    const things = async (kind: "offer" | "source") =>
      (await listTrackerThings(at.context(), { connectionId: at.connectionId, kind, limit: 200 })).items.length;
    expect(await things("source")).toBe(0);
    expect(await things("offer")).toBeLessThan(at.tracker.world.offers.size);
    expect((await at.names()).length).toBeGreaterThan(5);
  });

  test("that fails in any way leaves what was read, with a sentence", async () => {
    const at = await scene();
    await at.sync();
    const before = await at.names();
    const faults: [KeitaroFault, string][] = [
      ["no_licence", "Admin API"],
      ["no_permission", "campaigns"],
      ["html", "not Keitaro"],
      ["cloudflare", "firewall"],
      ["broken_json", "cannot be read"],
      ["redirect", "leads elsewhere"],
      [{ status: 401 }, "does not accept this key"],
      [{ status: 500 }, "error of its own"],
    ];
    for (const [fault, words] of faults) {
      at.tracker.fail(fault, 1_000);
      await at.sync(later(60));
      expect((await at.mirror())?.problem).toContain(words);
      const shown = await at.campaign("15", later(60));
      expect(shown.problem).toContain(words);
      expect(shown.flows.length).toBeGreaterThan(1);
    }
    expect(await at.names()).toEqual(before);
    at.tracker.recover();
    await at.sync(later(60));
    expect((await at.mirror())?.problem).toBeNull();
  });
});
