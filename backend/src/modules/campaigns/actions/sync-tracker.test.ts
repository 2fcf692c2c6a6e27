import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { deleteConnection } from "@backend/modules/conversions/actions/delete-connection.ts";
import {
  campaigns,
  favouriteCampaigns,
  flowDrafts,
  flowPushes,
  flows,
  trackerMirrors,
  trackerThings,
} from "@db/schema/campaigns.ts";
import { trackerPulls } from "@db/schema/tracker-logs.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq, sql } from "drizzle-orm";
import { storeFlows } from "../flow-store.ts";
import type { SyncTracker } from "../mirror-jobs.ts";
import {
  createTrackerScene,
  type TrackerScene,
  trackerCampaign,
  trackerFails,
  trackerFlow,
  trackerThing,
} from "../testing.ts";
import { changeMirror } from "./change-mirror.ts";
import { forgetMirrors } from "./forget-mirrors.ts";
import { listMirroredTrackers } from "./list-trackers.ts";
import { requestSync } from "./request-sync.ts";
import { syncDue, syncTracker } from "./sync-tracker.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const minute = 60_000;
const hour = 60 * minute;
const start = new Date("2026-03-01T10:00:00Z");
const after = (ms: number) => new Date(start.getTime() + ms);
const share = (id: string, percent: number, state = "active") => ({ id, share: percent, state });

interface Scene extends TrackerScene {
  sync(now?: Date, more?: Partial<SyncTracker>): Promise<void>;
  mirror(): Promise<typeof trackerMirrors.$inferSelect>;
  campaign(ref: string): Promise<typeof campaigns.$inferSelect>;
  flow(ref: string): Promise<typeof flows.$inferSelect>;
  jobs(): Promise<SyncTracker[]>;
}

async function scene(): Promise<Scene> {
  const made = await createTrackerScene(database.db, telegramMarkup);
  const { connectionId, space } = made;
  await database.db
    .insert(trackerMirrors)
    .values({ connectionId, workspaceId: space.workspaceId, host: "tracker.example", nextRunAt: start })
    .onConflictDoNothing();
  const only = <T>([row]: T[]): T => {
    if (!row) throw new Error("not there");
    return row;
  };
  return {
    ...made,
    sync: (now = start, more = {}) =>
      syncTracker(made.context(now), { connectionId, workspaceId: space.workspaceId, isFailing: false, ...more }),
    mirror: async () =>
      only(await database.db.select().from(trackerMirrors).where(eq(trackerMirrors.connectionId, connectionId))),
    campaign: async (ref) =>
      only(
        await database.db
          .select()
          .from(campaigns)
          .where(and(eq(campaigns.connectionId, connectionId), eq(campaigns.ref, ref))),
      ),
    flow: async (ref) =>
      only(
        await database.db
          .select()
          .from(flows)
          .where(and(eq(flows.workspaceId, space.workspaceId), eq(flows.ref, ref))),
      ),
    jobs: async () => {
      const rows = await database.db.execute<{ payload: SyncTracker }>(sql`
        select p.payload from graphile_worker._private_jobs p
        join graphile_worker._private_tasks k on k.id = p.task_id where k.identifier = 'campaigns.sync-tracker'`);
      return [...rows].map(({ payload }) => payload).filter((payload) => payload.connectionId === connectionId);
    },
  };
}

describe("reading a tracker", () => {
  test("brings campaigns, names and flows, and says when and how much", async () => {
    const at = await scene();
    at.tracker.campaigns = [trackerCampaign("15", { groupRef: "2" }), trackerCampaign("16", { state: "disabled" })];
    at.tracker.things = [
      trackerThing("group", "2", { name: "AU" }),
      trackerThing("offer", "101", { countries: ["Romania"] }),
    ];
    at.tracker.flows = [
      trackerFlow("15", "5001", {
        offers: [share("101", 60), share("102", 30, "disabled")],
        filters: [{ name: "country", mode: "accept", values: ["AU"] }],
      }),
    ];
    await at.sync();
    expect(await at.flow("5001")).toMatchObject({
      offers: [share("101", 60), share("102", 30, "disabled")],
      pins: { offers: [], landings: [] },
      driftFrom: null,
    });
    expect(await at.mirror()).toMatchObject({
      done: 2,
      total: 2,
      runningUntil: null,
      problem: null,
      failures: 0,
    });
    // A match of objects takes every two dates for equal.
    expect((await at.mirror()).nextRunAt).toEqual(after(hour));
    expect((await at.mirror()).lastOkAt).not.toBeNull();
    const things = await database.db
      .select()
      .from(trackerThings)
      .where(eq(trackerThings.connectionId, at.connectionId));
    expect(things.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(["group AU", "offer offer 101"]);
  });

  test("reads again only flows of campaigns that changed, that are old, or that our people work in", async () => {
    const at = await scene();
    at.tracker.campaigns = ["1", "2", "3", "4", "5"].map((ref) => trackerCampaign(ref));
    at.tracker.flows = ["1", "2", "3", "4", "5"].map((ref) => trackerFlow(ref, `f${ref}`));
    await at.sync();
    at.tracker.campaigns[0] = trackerCampaign("1", { changedText: "2026-03-01 10:30:00" });
    const personId = at.space.actor.kind === "person" ? at.space.actor.personId : "";
    await database.db.insert(favouriteCampaigns).values({ personId, campaignId: (await at.campaign("2")).id });
    const empty = { offers: [], landings: [] };
    await database.db
      .insert(flowDrafts)
      .values({ flowId: (await at.flow("f3")).id, workspaceId: at.space.workspaceId, base: empty, history: [empty] });
    at.tracker.asked = [];
    await at.sync(after(hour));
    const read = () => at.tracker.asked.filter((call) => call.startsWith("flows ")).sort();
    expect(read()).toEqual(["flows 1", "flows 2", "flows 3"]);
    at.tracker.asked = [];
    await at.sync(after(2 * hour));
    expect(read()).toEqual(["flows 2", "flows 3"]);
    at.tracker.asked = [];
    await at.sync(after(26 * hour));
    expect(read()).toHaveLength(5);
    at.tracker.asked = [];
    await at.sync(after(27 * hour), { readBefore: after(27 * hour).toISOString() });
    expect(read()).toHaveLength(5);
  });

  test("sees what was archived, what is gone and what came back", async () => {
    const at = await scene();
    at.tracker.campaigns = [trackerCampaign("1"), trackerCampaign("2"), trackerCampaign("3")];
    at.tracker.things = [trackerThing("offer", "101"), trackerThing("offer", "102")];
    at.tracker.flows = [trackerFlow("1", "f1"), trackerFlow("1", "f2")];
    await at.sync();
    at.tracker.campaigns = [trackerCampaign("1", { changedText: "later" })];
    at.tracker.archived = ["2"];
    at.tracker.things = [trackerThing("offer", "101")];
    at.tracker.flows = [trackerFlow("1", "f1")];
    await at.sync(after(hour));
    expect(await at.campaign("2")).toMatchObject({ state: "deleted", goneAt: null });
    expect((await at.campaign("3")).goneAt).not.toBeNull();
    expect((await at.flow("f2")).goneAt).not.toBeNull();
    const offer = async (ref: string) =>
      (
        await database.db
          .select()
          .from(trackerThings)
          .where(and(eq(trackerThings.connectionId, at.connectionId), eq(trackerThings.ref, ref)))
      )[0];
    expect((await offer("102"))?.goneAt).not.toBeNull();
    at.tracker.campaigns = [
      trackerCampaign("1", { changedText: "later still" }),
      trackerCampaign("2"),
      trackerCampaign("3"),
    ];
    at.tracker.archived = [];
    at.tracker.things = [trackerThing("offer", "101"), trackerThing("offer", "102")];
    at.tracker.flows = [trackerFlow("1", "f1"), trackerFlow("1", "f2")];
    await at.sync(after(2 * hour));
    expect(await at.campaign("2")).toMatchObject({ state: "active", goneAt: null });
    expect(await at.campaign("3")).toMatchObject({ state: "active", goneAt: null });
    expect((await at.flow("f2")).goneAt).toBeNull();
    expect((await offer("102"))?.goneAt).toBeNull();
  });

  test("skips lists that the key may not see and keeps what was known of them", async () => {
    const at = await scene();
    at.tracker.campaigns = [trackerCampaign("1")];
    at.tracker.things = [trackerThing("offer", "101")];
    await at.sync();
    at.tracker.before = (call) => {
      if (call === "things offer" || call === "archived") throw trackerFails("not_allowed");
    };
    await at.sync(after(hour));
    const [offer] = await database.db
      .select()
      .from(trackerThings)
      .where(eq(trackerThings.connectionId, at.connectionId));
    expect(offer).toMatchObject({ ref: "101", goneAt: null });
    expect(await at.mirror()).toMatchObject({ problem: null, failures: 0 });
  });

  test("writes down what fails and asks later and later, until it answers again", async () => {
    const at = await scene();
    at.tracker.campaigns = [trackerCampaign("1")];
    const pauses: number[] = [];
    for (const problem of ["no_api", "not_a_tracker", "not_allowed", "timed_out", "unreachable"] as const) {
      at.tracker.before = () => {
        throw trackerFails(problem);
      };
      const now = (await at.mirror()).nextRunAt;
      await at.sync(now);
      const mirror = await at.mirror();
      expect(mirror).toMatchObject({ problem, runningUntil: null, lastOkAt: null });
      pauses.push((mirror.nextRunAt.getTime() - now.getTime()) / minute);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80]);
    expect((await at.mirror()).failures).toBe(5);
    at.tracker.before = () => {};
    await at.sync(after(24 * hour));
    expect(await at.mirror()).toMatchObject({ problem: null, problemSince: null, failures: 0 });
  });

  test("leaves out a campaign that cannot be read, and says so", async () => {
    const at = await scene();
    at.tracker.campaigns = [trackerCampaign("1"), trackerCampaign("2")];
    at.tracker.flows = [trackerFlow("1", "f1"), trackerFlow("2", "f2")];
    at.tracker.before = (call) => {
      if (call === "flows 1") throw trackerFails("unreadable");
    };
    await at.sync();
    expect((await at.campaign("1")).flowsReadAt).toBeNull();
    expect((await at.campaign("2")).flowsReadAt).not.toBeNull();
    expect(await at.mirror()).toMatchObject({ problem: "unreadable", failures: 0 });
  });

  test("stores names and numbers that PostgreSQL does not hold", async () => {
    const at = await scene();
    at.tracker.campaigns = [trackerCampaign("1", { name: "a\0b\ud800" })];
    at.tracker.flows = [trackerFlow("1", "f1", { name: "x\0", weight: 12.5, position: 1e12 })];
    await at.sync();
    expect((await at.campaign("1")).name).toBe("ab�");
    expect(await at.flow("f1")).toMatchObject({ name: "x", weight: 13, position: 1e9 });
  });
});

describe("runs", () => {
  test("of one tracker do not overlap, and the one after a kill reads what is left", async () => {
    const at = await scene();
    at.tracker.campaigns = Array.from({ length: 40 }, (_, index) => trackerCampaign(String(index)));
    let asked = 0;
    const { promise: second, resolve: isSecondBatch } = Promise.withResolvers<void>();
    // The first batch is stored, then the process is gone: its calls never come back.
    at.tracker.before = (call) => {
      if (!call.startsWith("flows ")) return;
      asked++;
      if (asked <= 16) return;
      isSecondBatch();
      return new Promise(() => {});
    };
    void at.sync();
    await second;
    expect(await at.mirror()).toMatchObject({ done: 16, total: 40 });
    at.tracker.before = () => {};
    at.tracker.asked = [];
    await at.sync(after(2 * minute));
    expect(at.tracker.asked).toEqual([]);
    const killed = await at.mirror();
    await at.sync(after(7 * minute));
    expect(at.tracker.asked.filter((call) => call.startsWith("flows "))).toHaveLength(24);
    expect(await at.mirror()).toMatchObject({ done: 40, total: 40, runningUntil: null });
    expect(killed.runningUntil).not.toBeNull();
  });

  test("that are cut read each favourite once, and so they end", async () => {
    const at = await scene();
    at.tracker.campaigns = Array.from({ length: 40 }, (_, index) => trackerCampaign(String(index)));
    await at.sync();
    const personId = at.space.actor.kind === "person" ? at.space.actor.personId : "";
    await database.db.execute(sql`
      insert into favourite_campaigns (person_id, campaign_id)
      select ${personId}, id from campaigns where connection_id = ${at.connectionId}`);
    at.tracker.asked = [];
    // Every batch takes longer than a run may.
    let passedMs = 0;
    const clock = spyOn(performance, "now").mockImplementation(() => passedMs);
    at.tracker.before = (call) => {
      if (call.startsWith("flows ")) passedMs += 11 * minute;
    };
    try {
      for (let hours = 1, rest: SyncTracker | undefined; hours === 1 || rest; hours++) {
        if (hours > 5) throw new Error("it does not end");
        await database.db.execute(
          sql`delete from graphile_worker._private_jobs where key like ${`%${at.connectionId}`}`,
        );
        await at.sync(after(hours * hour), rest);
        rest = (await at.jobs())[0];
      }
    } finally {
      clock.mockRestore();
    }
    const read = at.tracker.asked.filter((call) => call.startsWith("flows "));
    expect([read.length, new Set(read).size]).toEqual([40, 40]);
  });

  test("that two workers begin at once ask a tracker once", async () => {
    const at = await scene();
    at.tracker.campaigns = [trackerCampaign("1")];
    const { promise: isAnswered, resolve: answer } = Promise.withResolvers<void>();
    at.tracker.before = () => isAnswered;
    const first = at.sync();
    const second = at.sync(after(1));
    await Promise.race([first, second]);
    answer();
    await Promise.all([first, second]);
    expect(at.tracker.asked.filter((call) => call === "campaigns")).toHaveLength(1);
  });

  test("begin by themselves for a connection that was given a key, and only while it has one", async () => {
    const at = await scene();
    await database.db.delete(trackerMirrors).where(eq(trackerMirrors.connectionId, at.connectionId));
    // As the worker has it: read before the transaction whose time the database knows.
    const now = new Date();
    await syncDue(at.context(now), {});
    expect(await at.jobs()).toHaveLength(1);
    await syncDue(at.context(now), {});
    expect(await at.jobs()).toHaveLength(1);
    await database.db.delete(trackerPulls).where(eq(trackerPulls.connectionId, at.connectionId));
    await at.sync(now);
    expect(at.tracker.asked).toEqual([]);
    expect((await at.mirror()).runningUntil).toBeNull();
  });

  test("are as far apart as was set while one was under way", async () => {
    const at = await scene();
    await database.db
      .update(trackerMirrors)
      .set({ everyMinutes: 10_080 })
      .where(eq(trackerMirrors.connectionId, at.connectionId));
    at.tracker.before = async () => {
      at.tracker.before = () => {};
      await changeMirror(at.context(start), { connectionId: at.connectionId, everyMinutes: 30 });
    };
    await at.sync();
    expect((await at.mirror()).nextRunAt).toEqual(after(30 * minute));
  });

  test("keep their lease while lists are slow", async () => {
    const at = await scene();
    const leases: (Date | null)[] = [];
    at.tracker.before = async (call) => {
      if (!call.startsWith("things ")) return;
      leases.push((await at.mirror()).runningUntil);
      await Bun.sleep(2);
    };
    await at.sync();
    const times = leases.map((lease) => lease?.getTime() ?? 0);
    expect(times).toEqual([...new Set(times)].sort());
  });

  test("begin at once for a tracker that was just connected, and not because somebody looks at the list", async () => {
    const at = await scene();
    const { connectionId } = at;
    await database.db.delete(trackerMirrors).where(eq(trackerMirrors.connectionId, connectionId));
    expect(await listMirroredTrackers(at.context(start))).toEqual({ items: [] });
    expect(await at.jobs()).toEqual([]);
    for (let times = 0; times < 2; times++) await at.connect(start);
    expect(await at.jobs()).toHaveLength(1);
    expect((await listMirroredTrackers(at.context(start))).items).toMatchObject([{ connectionId, lastOkAt: null }]);
  });

  test("begin when somebody asks, not beside one that is under way", async () => {
    const at = await scene();
    await requestSync(at.context(start), { connectionId: at.connectionId });
    expect(await at.jobs()).toHaveLength(1);
    // Every flow, also when its time comes before the run begins.
    await syncDue(at.context(after(minute)), {});
    expect(await at.jobs()).toMatchObject([{ readBefore: start.toISOString() }]);
    const other = await scene();
    await database.db
      .update(trackerMirrors)
      .set({ runningUntil: after(minute), startedAt: start })
      .where(eq(trackerMirrors.connectionId, other.connectionId));
    const shown = await requestSync(other.context(start), { connectionId: other.connectionId });
    expect(shown.isRunning).toBe(true);
    expect(await other.jobs()).toHaveLength(0);
  });
});

describe("a flow that is read anew", () => {
  const drifting = async () => {
    const at = await scene();
    at.tracker.campaigns = [trackerCampaign("1")];
    at.tracker.flows = [trackerFlow("1", "f1", { offers: [share("101", 60), share("102", 40)] })];
    await at.sync();
    const flow = await at.flow("f1");
    await database.db
      .update(flows)
      .set({ pins: { offers: ["101", "102"], landings: [] } })
      .where(eq(flows.id, flow.id));
    const changed = trackerFlow("1", "f1", { offers: [share("101", 100)] });
    const campaign = { id: flow.campaignId, workspaceId: at.space.workspaceId };
    const store = (one: typeof changed, how: Partial<Parameters<typeof storeFlows>[2]> = {}) =>
      storeFlows(database.db, [{ campaign, flows: [one] }], { readAt: after(hour), isWhole: false, ...how });
    return { at, flow, changed, store };
  };

  test("and differs has drifted, keeping pins of what is still there", async () => {
    const { at, flow, changed, store } = await drifting();
    expect(await store(changed)).toEqual([{ flowId: flow.id, campaignId: flow.campaignId }]);
    expect(await at.flow("f1")).toMatchObject({
      offers: [share("101", 100)],
      pins: { offers: ["101"], landings: [] },
      driftFrom: { offers: [share("101", 60), share("102", 40)], landings: [] },
    });
    expect((await at.flow("f1")).driftSince).toEqual(after(hour));
    // Told once: the same state found again is no news.
    expect(await store(changed, { readAt: after(2 * hour) })).toEqual([]);
    await store(trackerFlow("1", "f1", { offers: [share("102", 40), share("101", 60)] }), { readAt: after(3 * hour) });
    expect(await at.flow("f1")).toMatchObject({ driftFrom: null, driftSince: null });
  });

  test("has not drifted where our own push changed it", async () => {
    const { at, changed, store } = await drifting();
    expect(await store(changed, { isOwnPush: true })).toEqual([]);
    expect(await at.flow("f1")).toMatchObject({ offers: [share("101", 100)], driftFrom: null });
  });

  test("is left alone while a push is writing it, and where a newer state is stored", async () => {
    const { at, flow, changed, store } = await drifting();
    const parts = { offers: [], landings: [] };
    await database.db.insert(flowPushes).values({
      ...{ workspaceId: at.space.workspaceId, flowId: flow.id, state: "writing", base: parts, target: parts },
    });
    expect(await store(changed, { isWhole: true })).toEqual([]);
    expect(await at.flow("f1")).toMatchObject({ driftFrom: null, goneAt: null });
    await database.db.delete(flowPushes).where(eq(flowPushes.flowId, flow.id));
    expect(await store(changed, { readAt: new Date(flow.readAt.getTime() - 1) })).toEqual([]);
    expect((await at.flow("f1")).offers).toHaveLength(2);
  });
});

test("what was read of a tracker that failed for long is forgotten a week after it was lost, too", async () => {
  const at = await scene();
  at.tracker.campaigns = [trackerCampaign("1")];
  await at.sync();
  at.tracker.before = () => {
    throw trackerFails("key_refused");
  };
  await at.sync(after(9 * 24 * hour));
  // Whoever makes a new key takes the old one away first.
  await database.db.delete(trackerPulls).where(eq(trackerPulls.connectionId, at.connectionId));
  await forgetMirrors(at.context(after(10 * 24 * hour)), {});
  expect(await at.campaign("1")).toBeDefined();
  await forgetMirrors(at.context(after(17 * 24 * hour)), {});
  await expect(at.campaign("1")).rejects.toThrow("not there");
});

test("what was read is forgotten a week after its connection was deleted", async () => {
  const at = await scene();
  at.tracker.campaigns = [trackerCampaign("1")];
  at.tracker.things = [trackerThing("offer", "101")];
  at.tracker.flows = [trackerFlow("1", "f1")];
  await at.sync();
  await deleteConnection(at.space.context(start), { connectionId: at.connectionId });
  await forgetMirrors(at.context(after(24 * hour)), {});
  expect(await at.campaign("1")).toBeDefined();
  await forgetMirrors(at.context(after(8 * 24 * hour)), {});
  for (const table of [campaigns, trackerThings, trackerMirrors])
    expect(await database.db.select().from(table).where(eq(table.connectionId, at.connectionId))).toEqual([]);
});
