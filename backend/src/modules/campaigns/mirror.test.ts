/** Lists of campaigns and what a campaign says of itself, through the actions that every mouth uses. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import type { Actor } from "@backend/kit/context.ts";
import { AppError } from "@backend/kit/errors.ts";
import { encodeCursor } from "@backend/kit/paging.ts";
import { permissionsOf } from "@backend/modules/identity/index.ts";
import { flowDrafts, flows, trackerMirrors, trackerThings } from "@db/schema/campaigns.ts";
import { trackerConnections } from "@db/schema/conversions.ts";
import { auditEntries, members, persons } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { eq, sql } from "drizzle-orm";
import { changeMirror } from "./actions/change-mirror.ts";
import { favourCampaign } from "./actions/favour-campaign.ts";
import { campaignByRef } from "./actions/find-campaign-by-ref.ts";
import { listCampaigns } from "./actions/list-campaigns.ts";
import { listTrackerThings } from "./actions/list-things.ts";
import { listMirroredTrackers } from "./actions/list-trackers.ts";
import { readCampaign } from "./actions/read-campaign.ts";
import { requestSync } from "./actions/request-sync.ts";
import { syncTracker } from "./actions/sync-tracker.ts";
import type { CampaignList } from "./mirror-contracts.ts";
import { campaignsPersonData } from "./person-data.ts";
import {
  createTrackerScene,
  type TrackerScene,
  trackerCampaign,
  trackerFails,
  trackerFlow,
  trackerThing,
  trackerWith,
} from "./testing.ts";

let database: TestDatabase;
let at: TrackerScene;
const start = new Date("2026-03-01T10:00:00Z");
const after = (minutes: number) => new Date(start.getTime() + minutes * 60_000);
const share = (id: string, percent: number, state = "active") => ({ id, share: percent, state });

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  at = await createTrackerScene(database.db, telegramMarkup);
  at.tracker.campaigns = [
    trackerCampaign("15", { name: "Spring AU", groupRef: "2", sourceRef: "3" }),
    trackerCampaign("16", { name: "autumn 100%_off", state: "disabled" }),
    trackerCampaign("17", { name: "Äpfel", alias: "k3Tq9" }),
  ];
  at.tracker.things = [
    ...[trackerThing("group", "2", { name: "Tier 1" }), trackerThing("source", "3", { name: "Facebook" })],
    ...[trackerThing("offer", "101", { name: "Lucky Koala" }), trackerThing("offer", "102", { name: "Old Fox" })],
  ];
  at.tracker.flows = [
    trackerFlow("15", "5001", {
      position: 2,
      offers: [share("102", 30), share("101", 70), share("900", 5, "disabled")],
    }),
    trackerFlow("15", "5002", { type: "forced", position: 9 }),
    trackerFlow("15", "5003", { type: "default", position: 1, schema: "redirect" }),
  ];
  await at.connect(start);
  await sync(start);
});

const sync = (now: Date) =>
  syncTracker(at.context(now), {
    connectionId: at.connectionId,
    workspaceId: at.space.workspaceId,
    isFailing: false,
  });
const names = async (query: Partial<CampaignList> = {}, actor?: Actor) =>
  (await listCampaigns(at.context(start, actor), query)).items.map(({ name }) => name);
const idOf = async (ref: string) =>
  (await campaignByRef(at.context(start), { connectionId: at.connectionId, ref })).campaign?.id ?? "";
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof AppError ? `${error.kind} ${error.code}` : String(error)),
  );

async function memberOf(role: "media_buyer" | "manager"): Promise<Actor> {
  const { workspaceId } = at.space;
  const [person] = await database.db.insert(persons).values({ workspaceId, firstName: "M" }).returning();
  const personId = person?.id ?? "";
  const [member] = await database.db.insert(members).values({ workspaceId, personId, role }).returning();
  return {
    ...at.space.actor,
    ...{ personId, member: { memberId: member?.id ?? "", role }, permissions: permissionsOf(role) },
  } as Actor;
}

describe("the list of campaigns", () => {
  test("is by name, says group and source by name, and pages without loss", async () => {
    expect(await names()).toEqual(["autumn 100%_off", "Spring AU", "Äpfel"]);
    const first = await listCampaigns(at.context(start), { limit: 2 });
    expect(first.items[1]).toMatchObject({
      ref: "15",
      group: "Tier 1",
      source: "Facebook",
      flows: 3,
      isFavourite: false,
      drafts: 0,
      drifted: 0,
    });
    const rest = await listCampaigns(at.context(start), { limit: 2, cursor: first.nextCursor ?? "" });
    expect(rest.items.map(({ name }) => name)).toEqual(["Äpfel"]);
    expect(rest.nextCursor).toBeNull();
  });

  test("pages through names of any length", async () => {
    at.tracker.campaigns = ["a", "b", "c"].map((letter) => trackerCampaign(letter, { name: letter + "x".repeat(900) }));
    await sync(after(60));
    const first = await listCampaigns(at.context(start), { limit: 1, search: "xxx" });
    expect(first.nextCursor?.length).toBeLessThan(200);
    const second = await listCampaigns(at.context(start), { limit: 1, search: "xxx", cursor: first.nextCursor ?? "" });
    expect(second.items[0]?.ref).toBe("b");
  });

  test("is searched by name, id and alias, with signs that mean themselves", async () => {
    expect(await names({ search: "SPRING" })).toEqual(["Spring AU"]);
    expect(await names({ search: "#16" })).toEqual(["autumn 100%_off"]);
    expect(await names({ search: "k3tq" })).toEqual(["Äpfel"]);
    expect(await names({ search: "%_" })).toEqual(["autumn 100%_off"]);
  });

  test("is filtered by tracker, group, source, state, favourites, drafts and drift", async () => {
    expect(await names({ groupRef: "2" })).toEqual(["Spring AU"]);
    expect(await names({ sourceRef: "3" })).toEqual(["Spring AU"]);
    expect(await names({ state: "disabled" })).toEqual(["autumn 100%_off"]);
    expect(await names({ connectionId: at.connectionId })).toHaveLength(3);
    expect(await names({ connectionId: crypto.randomUUID() })).toEqual([]);
    await favourCampaign(at.context(start), { campaignId: await idOf("17"), isFavourite: true });
    expect(await names({ isFavourite: true })).toEqual(["Äpfel"]);
    expect(await names({ isFavourite: false })).toHaveLength(2);
    const [flow] = await database.db.select().from(flows).where(eq(flows.workspaceId, at.space.workspaceId));
    const empty = { offers: [], landings: [] };
    await database.db
      .insert(flowDrafts)
      .values({ flowId: flow?.id ?? "", workspaceId: at.space.workspaceId, base: empty, history: [empty] });
    expect(await names({ hasDraft: true })).toEqual(["Spring AU"]);
    expect(await names({ isDrifted: true })).toEqual([]);
    await database.db
      .update(flows)
      .set({ driftFrom: empty, driftSince: start })
      .where(eq(flows.id, flow?.id ?? ""));
    expect(await names({ isDrifted: true })).toEqual(["Spring AU"]);
  });

  test("has archived campaigns only when they are asked for", async () => {
    at.tracker.campaigns = at.tracker.campaigns.slice(0, 1);
    at.tracker.archived = ["16"];
    await sync(after(60));
    expect(await names()).toEqual(["Spring AU"]);
    const archived = await listCampaigns(at.context(start), { state: "deleted" });
    expect(archived.items.map(({ ref, state }) => `${ref} ${state}`)).toEqual(["16 deleted", "17 deleted"]);
  });
});

describe("a campaign", () => {
  test("shows its flows in the tracker's order, with offers by name and the largest share first", async () => {
    const shown = await readCampaign(at.context(start), { campaignId: await idOf("15") });
    expect(shown.flows.map(({ ref }) => ref)).toEqual(["5002", "5001", "5003"]);
    expect(shown.flows[1]).toMatchObject({
      total: 100,
      offers: [
        { id: "101", name: "Lucky Koala", share: 70 },
        { id: "102", name: "Old Fox", share: 30 },
      ],
    });
    expect(shown.flows[2]?.total).toBeNull();
    expect(shown.problem).toBeNull();
  });

  test("is read anew when it is older than a minute, once for all who open it", async () => {
    const campaignId = await idOf("15");
    at.tracker.asked = [];
    await readCampaign(at.context(after(0.5)), { campaignId });
    expect(at.tracker.asked).toEqual([]);
    at.tracker.flows[0] = trackerFlow("15", "5001", { offers: [share("101", 100)] });
    const shown = await Promise.all([1, 2, 3].map(() => readCampaign(at.context(after(5)), { campaignId })));
    expect(at.tracker.asked).toEqual(["flows 15"]);
    for (const one of shown) {
      expect(one.flowsReadAt).toBe(after(5).toISOString());
      expect(one.flows.find(({ ref }) => ref === "5001")).toMatchObject({ isDrifted: true, total: 100 });
    }
  });

  test("shows what is stored, its age and the reason, when its tracker does not answer well", async () => {
    const campaignId = await idOf("15");
    for (const [problem, words] of [
      ["no_api", "Admin API"],
      ["not_allowed", "campaigns"],
      ["not_a_tracker", "not Keitaro"],
      ["unreachable", "cannot be reached"],
    ] as const) {
      at.tracker.before = () => {
        throw trackerFails(problem);
      };
      const shown = await readCampaign(at.context(after(5)), { campaignId });
      expect(shown.problem).toContain(words);
      expect(shown.flows).toHaveLength(3);
      expect(shown.flowsReadAt).not.toBe(after(5).toISOString());
    }
  });

  test("does not keep a person waiting for a tracker that hangs", async () => {
    const campaignId = await idOf("15");
    const { promise: hangs, resolve: answers } = Promise.withResolvers<void>();
    at.tracker.before = () => hangs;
    const shown = await readCampaign(at.context(after(5)), { campaignId });
    expect(shown.problem).toContain("in time");
    expect(shown.flows).toHaveLength(3);
    answers();
  });

  test("is read while a tracker of somebody else hangs, however many campaigns are opened there", async () => {
    const other = await createTrackerScene(database.db, telegramMarkup, trackerWith(16));
    const { connectionId } = other;
    await other.connect(start);
    await syncTracker(other.context(start), { connectionId, workspaceId: other.space.workspaceId, isFailing: false });
    const { promise: hangs, resolve: answers } = Promise.withResolvers<void>();
    other.tracker.asked = [];
    other.tracker.before = () => hangs;
    const { items } = await listCampaigns(other.context(start), {});
    const hanging = items.map(({ id }) => readCampaign(other.context(after(5)), { campaignId: id }));
    while (other.tracker.asked.length < 4) await Bun.sleep(2);
    await Bun.sleep(200);
    const shown = await readCampaign(at.context(after(5)), { campaignId: await idOf("15") });
    expect([shown.problem, shown.flowsReadAt]).toEqual([null, after(5).toISOString()]);
    answers();
    await Promise.all(hanging);
  });

  test("is a favourite of the person who made it one, and of nobody's program", async () => {
    const campaignId = await idOf("15");
    const buyer = await memberOf("media_buyer");
    expect(await favourCampaign(at.context(start, buyer), { campaignId, isFavourite: true })).toMatchObject({
      isFavourite: true,
    });
    expect(await names({ isFavourite: true }, buyer)).toEqual(["Spring AU"]);
    expect(await names({ isFavourite: true })).toEqual([]);
    await favourCampaign(at.context(start, buyer), { campaignId, isFavourite: true });
    await favourCampaign(at.context(start, buyer), { campaignId, isFavourite: false });
    expect(await names({ isFavourite: true }, buyer)).toEqual([]);
    const key: Actor = {
      ...{ kind: "api_key", workspaceId: at.space.workspaceId, keyId: crypto.randomUUID() },
      ...{ locale: "en", timeZone: "UTC", permissions: new Set(["campaigns.read"]) },
    } as Actor;
    expect(await codeOf(favourCampaign(at.context(start, key), { campaignId, isFavourite: true }))).toBe(
      "forbidden campaigns.not_for_programs",
    );
  });
});

test("favourites are shown to whoever asks what is held about him, and go when he is erased", async () => {
  const campaignId = await idOf("15");
  const buyer = await memberOf("media_buyer");
  for (const actor of [buyer, at.space.actor])
    await favourCampaign(at.context(start, actor), { campaignId, isFavourite: true });
  const personOf = (actor: Actor) => ({
    ...{ workspaceId: actor.workspaceId, personId: actor.kind === "person" ? actor.personId : "", telegramId: null },
  });
  const held = (actor: Actor) => campaignsPersonData.exportPerson(database.db, personOf(actor));
  expect(await held(buyer)).toMatchObject([{ favourite: "Spring AU" }]);
  await campaignsPersonData.erasePerson(database.db, personOf(buyer));
  expect(await held(buyer)).toEqual([]);
  expect(await held(at.space.actor)).toHaveLength(1);
});

describe("what somebody is not shown", () => {
  const doors = async (scene: TrackerScene, actor: Actor | undefined) => {
    const campaignId = await idOf("15");
    const { connectionId } = at;
    const ctx = scene.context(start, actor);
    return [
      await codeOf(readCampaign(ctx, { campaignId })),
      await codeOf(favourCampaign(ctx, { campaignId, isFavourite: true })),
      await campaignByRef(ctx, { connectionId, ref: "15" }),
      await codeOf(listTrackerThings(ctx, { connectionId, kind: "offer" })),
      await codeOf(requestSync(ctx, { connectionId })),
      await codeOf(changeMirror(ctx, { connectionId, isOn: false })),
    ];
  };
  const nothing = [
    "not_found campaigns.campaign_not_found",
    "not_found campaigns.campaign_not_found",
    { isTracker: false, campaign: null, flow: null },
    ...new Array(3).fill("not_found campaigns.tracker_not_found"),
  ];

  test("of another workspace does not exist", async () => {
    const stranger = await createTrackerScene(database.db, telegramMarkup);
    expect(await doors(stranger, undefined)).toEqual(nothing);
    expect((await listCampaigns(stranger.context(start), {})).items).toEqual([]);
    expect((await listCampaigns(stranger.context(start), { connectionId: at.connectionId })).items).toEqual([]);
    // Nor does its place in the alphabet, which a list that goes on behind it would tell.
    stranger.tracker.campaigns = [trackerCampaign("1", { name: "zzz" })];
    const { connectionId } = stranger;
    const { workspaceId } = stranger.space;
    await stranger.connect(start);
    await syncTracker(stranger.context(start), { connectionId, workspaceId, isFailing: false });
    const cursor = encodeCursor([await idOf("15")]);
    expect((await listCampaigns(stranger.context(start), {})).items).toHaveLength(1);
    expect((await listCampaigns(stranger.context(start), { cursor })).items).toEqual([]);
  });

  test("of a connection that is hidden from his role does not exist, and of one that he sees does", async () => {
    const buyer = await memberOf("media_buyer");
    expect(await names({}, buyer)).toHaveLength(3);
    await database.db
      .update(trackerConnections)
      .set({ sharedWith: ["finance"] })
      .where(eq(trackerConnections.id, at.connectionId));
    expect(await names({}, buyer)).toEqual([]);
    expect((await listMirroredTrackers(at.context(start, buyer))).items).toEqual([]);
    const campaignId = (await listCampaigns(at.context(start), {})).items[0]?.id ?? "";
    expect(await codeOf(readCampaign(at.context(start, buyer), { campaignId }))).toBe(
      "not_found campaigns.campaign_not_found",
    );
    expect(await doors(at, buyer)).toEqual(nothing);
  });
});

describe("things of a tracker", () => {
  test("are found by name and by id, the id itself first and what is active before what is not", async () => {
    at.tracker.things = [
      trackerThing("network", "62", { name: "Net" }),
      trackerThing("offer", "7", { name: "Zebra 10", networkRef: "62", countries: ["Romania"] }),
      trackerThing("offer", "10", { name: "Yak" }),
      trackerThing("offer", "101", { name: "Antelope" }),
      trackerThing("offer", "8", { name: "Alpaca 10", state: "deleted" }),
      trackerThing("landing", "10", { name: "Other kind" }),
    ];
    await sync(after(60));
    const found = async (search?: string) =>
      (
        await listTrackerThings(at.context(start), {
          connectionId: at.connectionId,
          kind: "offer",
          ...(search ? { search } : {}),
        })
      ).items;
    expect((await found("10")).map(({ name }) => name)).toEqual(["Yak", "Antelope", "Zebra 10", "Alpaca 10"]);
    expect((await found("zebra"))[0]).toEqual({
      ...{ ref: "7", name: "Zebra 10", state: "active", countries: ["Romania"], network: "Net" },
    });
    expect((await found()).map(({ name }) => name)).toEqual(["Antelope", "Yak", "Zebra 10", "Alpaca 10"]);
  });

  test("come thirty at a time from ten thousand, each once", async () => {
    await database.db.execute(sql`
      insert into ${trackerThings} (connection_id, workspace_id, kind, ref, name, read_at)
      select ${at.connectionId}, ${at.space.workspaceId}, 'offer', 'n' || i, 'Name ' || (i % 500), now()
      from generate_series(1, 10000) i`);
    const seen = new Set<string>();
    let cursor: string | undefined;
    for (let page = 0; page < 4; page++) {
      const found = await listTrackerThings(at.context(start), {
        ...{ connectionId: at.connectionId, kind: "offer", search: "name 1" },
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(found.items).toHaveLength(30);
      for (const { ref } of found.items) seen.add(ref);
      cursor = found.nextCursor ?? undefined;
    }
    expect(seen.size).toBe(120);
  });
});

describe("how a tracker is read", () => {
  test("is shown with its freshness, changed with a trace, and refused with a reason", async () => {
    const [shown] = (await listMirroredTrackers(at.context(start))).items;
    expect(shown).toMatchObject({ campaigns: 3, done: 3, total: 3, isRunning: false, everyMinutes: 60, problem: null });
    const { connectionId } = at;
    const changed = await changeMirror(at.context(after(1)), {
      ...{ connectionId, everyMinutes: 15, timeZone: "Europe/Kyiv", tellsDrift: true },
    });
    expect(changed).toMatchObject({ everyMinutes: 15, timeZone: "Europe/Kyiv", tellsDrift: true, isOn: true });
    const [mirror] = await database.db
      .select()
      .from(trackerMirrors)
      .where(eq(trackerMirrors.connectionId, connectionId));
    expect(mirror?.nextRunAt).toEqual(after(1));
    const audit = await database.db
      .select()
      .from(auditEntries)
      .where(eq(auditEntries.workspaceId, at.space.workspaceId));
    expect(audit.filter(({ action }) => action === "tracker.changed")).toMatchObject([
      { before: { everyMinutes: 60 }, after: { everyMinutes: 15 } },
    ]);
    expect(await codeOf(changeMirror(at.context(start), { connectionId, timeZone: "Mars/Base" }))).toBe(
      "invalid campaigns.time_zone_unknown",
    );
  });

  test("says a problem in the reader's language", async () => {
    at.tracker.before = () => {
      throw trackerFails("not_allowed");
    };
    await sync(after(60));
    const [english] = (await listMirroredTrackers(at.context(start))).items;
    const [russian] = (await listMirroredTrackers(at.context(start, { ...at.space.actor, locale: "ru" }))).items;
    expect(english?.problem).toContain("campaigns");
    expect(russian?.problem).toContain("кампании");
    expect(english?.lastOkAt).not.toBeNull();
  });
});
