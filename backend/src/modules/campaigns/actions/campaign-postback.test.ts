import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemActor } from "@backend/kit/context.ts";
import { rotateSecret } from "@backend/modules/conversions/actions/rotate-secret.ts";
import { campaignPostbacks, campaigns } from "@db/schema/campaigns.ts";
import { auditEntries } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import { and, eq, sql } from "drizzle-orm";
import { createFlowScene, type FlowScene, later } from "../testing/flow-scene.ts";
import { checkPostback, installPostback, readPostback, removePostback } from "./campaign-postback.ts";
import { watchPostbacks, watchTrackerPostbacks } from "./watch-postbacks.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const other = { ref: "7", method: "GET", url: "https://other.example/?s={subid}", statuses: ["deposit"] };

async function scene() {
  const at = await createFlowScene(database.db);
  at.tracker.postbacks.set("15", [other]);
  return at;
}
const sent = (at: FlowScene) => at.tracker.postbacks.get("15") ?? [];
const ask = { install: installPostback, remove: removePostback, check: checkPostback };
const doIt = (at: FlowScene, what: keyof typeof ask, now?: Date) =>
  ask[what](at.context(now), { campaignId: at.campaignId });
const traces = (at: FlowScene) =>
  database.db
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.workspaceId, at.space.workspaceId), eq(auditEntries.subjectKind, "campaign")));
const day = 86_400_000;

describe("our postback in a campaign", () => {
  test("comes behind the others, once, and goes without them", async () => {
    const at = await scene();
    expect(await readPostback(at.context(), at)).toEqual({ state: null, checkedAt: null, changedAt: null });
    expect(await doIt(at, "install")).toMatchObject({ state: "installed" });
    await doIt(at, "install");
    expect(sent(at)).toEqual([
      other,
      {
        ref: "new-1",
        method: "GET",
        url: expect.stringMatching(/^https:\/\/our\.example\/in\/[\w-]+\?subid=\{subid\}/),
        statuses: ["lead", "sale", "rejected", "rebill", "deposit"],
      },
    ]);
    expect(at.tracker.calls.filter((call) => call === "writePostbacks")).toHaveLength(1);
    expect(await doIt(at, "check")).toMatchObject({ state: "installed" });
    expect(await doIt(at, "remove")).toMatchObject({ state: "removed" });
    expect(sent(at)).toEqual([other]);
  });

  test("leaves a trace without the address, and the address in no row", async () => {
    const at = await scene();
    await doIt(at, "install");
    const secret = sent(at)[1]?.url.split("?")[0] ?? "nothing";
    const rows = await traces(at);
    expect(rows.map(({ action }) => action)).toEqual(["campaign.postback-installed"]);
    const kept = await database.db.execute(sql`select p::text as row from campaign_postbacks p`);
    expect(
      JSON.stringify([rows, kept], (_, value) => (typeof value === "bigint" ? String(value) : value)),
    ).not.toContain(secret);
  });

  test("is found to be there when the answer was lost, and nowhere when the tracker refused", async () => {
    const at = await scene();
    at.tracker.next("writePostbacks", { kind: "refused", problem: "not_allowed" }, { kind: "lost_answer" });
    await expect(doIt(at, "install")).rejects.toMatchObject({ code: "campaigns.postback.not_allowed" });
    expect(await readPostback(at.context(), at)).toMatchObject({ state: null });
    expect(await doIt(at, "install")).toMatchObject({ state: "installed" });
    expect(sent(at)).toHaveLength(2);
    at.tracker.next("listPostbacks", { kind: "refused" });
    await expect(doIt(at, "check")).rejects.toMatchObject({ code: "conversions.tracker.unreachable" });
  });

  test("says so when a tracker does something else with the list", async () => {
    const at = await scene();
    const { writePostbacks } = at.tracker;
    at.tracker.writePostbacks = async () => {};
    await expect(doIt(at, "install")).rejects.toMatchObject({ code: "campaigns.postback.not_taken" });
    at.tracker.writePostbacks = (access, ref, list) => writePostbacks(access, ref, [...sent(at), ...list]);
    await expect(doIt(at, "install")).rejects.toMatchObject({ code: "campaigns.postback.others_changed" });
    expect(await readPostback(at.context(), at)).toMatchObject({ state: "installed" });
    expect((await traces(at)).map(({ action }) => action)).toEqual(["campaign.postback-installed"]);
  });

  test("goes altogether, also the one from before its secret was replaced", async () => {
    const at = await scene();
    await doIt(at, "install");
    await rotateSecret(at.space.context(), { connectionId: at.connectionId });
    at.tracker.next("writePostbacks", { kind: "refused", problem: "not_allowed" });
    await expect(doIt(at, "remove")).rejects.toMatchObject({ code: "campaigns.postback.not_allowed" });
    expect(await doIt(at, "remove")).toMatchObject({ state: "removed" });
    expect(sent(at)).toEqual([other]);
  });

  test("of a stranger's campaign does not exist", async () => {
    const [at, stranger] = [await scene(), await scene()];
    for (const work of [installPostback, removePostback, checkPostback, readPostback])
      await expect(work(stranger.context(), at)).rejects.toMatchObject({ code: "campaigns.campaign_not_found" });
    expect(sent(at)).toEqual([other]);
  });
});

describe("the watch over it", () => {
  const watch = (at: FlowScene, now: Date) =>
    watchTrackerPostbacks(at.context(now, systemActor(at.space.workspaceId)), {
      connectionId: at.connectionId,
      workspaceId: at.space.workspaceId,
    });
  const told = (at: FlowScene) =>
    database.db.select().from(deliveries).where(eq(deliveries.workspaceId, at.space.workspaceId));

  test("tells the connection's chat once that somebody took it out, and is quiet when it is back", async () => {
    const at = await scene();
    await doIt(at, "install");
    const whole = sent(at);
    await watch(at, later(day));
    expect(await told(at)).toHaveLength(0);
    at.tracker.postbacks.set("15", [other]);
    await watch(at, later(2 * day));
    await watch(at, later(3 * day));
    expect(await told(at)).toMatchObject([
      {
        content: {
          html: expect.stringContaining("“Spring AU” no longer sends"),
          buttons: [[{ app: `campaigns/${at.campaignId}` }]],
        },
      },
    ]);
    expect(await readPostback(at.context(), at)).toMatchObject({ state: "missing" });
    at.tracker.postbacks.set("15", whole);
    await watch(at, later(4 * day));
    expect(await readPostback(at.context(), at)).toMatchObject({ state: "installed" });
    at.tracker.postbacks.set("15", []);
    await watch(at, later(5 * day));
    expect(await told(at)).toHaveLength(2);
  });

  test("looks once a day, not at what we took out ourselves, and believes no tracker that fails", async () => {
    const at = await scene();
    const jobs = async (now: Date) => {
      await watchPostbacks(at.context(now), {});
      const rows = await database.db.execute(sql`
        select 1 from graphile_worker.jobs where key = ${`campaigns.watch-tracker-postbacks:${at.connectionId}`}`);
      return [...rows].length;
    };
    await doIt(at, "install");
    expect(await jobs(later())).toBe(0);
    expect(await jobs(later(day))).toBe(1);
    at.tracker.postbacks.set("15", []);
    at.tracker.next("listPostbacks", { kind: "refused" });
    await watch(at, later(day));
    expect(await readPostback(at.context(), at)).toMatchObject({ state: "installed" });
    await doIt(at, "remove");
    await watch(at, later(2 * day));
    expect(await told(at)).toHaveLength(0);
    expect(await readPostback(at.context(), at)).toMatchObject({ state: "removed" });
  });

  test("is not ended by campaigns that cannot be read, and begins with others where the tracker failed", async () => {
    const at = await scene();
    await doIt(at, "install");
    const whole = sent(at);
    const refs = ["21", "22", "23", "24"];
    const { workspaceId } = at.space;
    const rows = await database.db
      .insert(campaigns)
      .values(
        refs.map((ref) => ({
          ...{ workspaceId, connectionId: at.connectionId, ref, name: ref, state: "active", readAt: new Date() },
        })),
      )
      .returning();
    for (const { id: campaignId, ref } of rows) {
      at.tracker.postbacks.set(ref, whole);
      await ask.install(at.context(later(60_000 * Number(ref))), { campaignId });
    }
    const checked = async () => {
      const found = await database.db.select().from(campaignPostbacks).orderBy(campaignPostbacks.checkedAt);
      return found.filter(({ workspaceId: of, checkedAt }) => of === workspaceId && checkedAt > later(day)).length;
    };
    at.tracker.next(
      "listPostbacks",
      ...Array.from({ length: 4 }, () => ({ kind: "refused", problem: "not_allowed" }) as const),
    );
    await watch(at, later(2 * day));
    expect(await checked()).toBe(1);
    const away = { kind: "refused", problem: "unreachable" } as const;
    at.tracker.heal();
    at.tracker.next("listPostbacks", away, away, away);
    await watch(at, later(2 * day + 60_000));
    at.tracker.next("listPostbacks", { kind: "none" }, away, away, away);
    await watch(at, later(2 * day + 120_000));
    expect(await checked()).toBe(2);
  });

  test("misses it when its secret was replaced, and the new one takes its place", async () => {
    const at = await scene();
    await doIt(at, "install");
    await rotateSecret(at.space.context(), { connectionId: at.connectionId });
    await watch(at, later(day));
    expect(await told(at)).toHaveLength(1);
    const before = sent(at)[1]?.url;
    await doIt(at, "install", later(day));
    expect(sent(at).map(({ url }) => url)).toEqual([other.url, expect.stringContaining("https://our.example/in/")]);
    expect(sent(at)[1]?.url).not.toBe(before);
  });
});
