import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { keitaroClient } from "@backend/integrations/keitaro/client.ts";
import { keitaroLog } from "@backend/integrations/keitaro/conversions-log.ts";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import { createOutbound } from "@backend/kit/outbound.ts";
import { conversions } from "@db/schema/conversions.ts";
import { workspaces } from "@db/schema/identity.ts";
import { deliveries } from "@db/schema/messaging.ts";
import { trackerLogRows, trackerPulls } from "@db/schema/tracker-logs.ts";
import { createTestDatabase, poison, type TestDatabase } from "@db/testing.ts";
import {
  type KeitaroFault,
  type KeitaroOptions,
  type KeitaroStandIn,
  startKeitaroStandIn,
} from "@sandbox/keitaro/index.ts";
import { eq, sql } from "drizzle-orm";
import { createTestWorkspace, type TestWorkspace } from "../testing.ts";
import type { ConnectPull } from "../tracker-log-contracts.ts";
import { compareDays, listMissing, listPullRuns, readDelays } from "./compare-days.ts";
import { connectPull, disconnectPull, readPull, requestPull } from "./connect-pull.ts";
import { forgetLogs } from "./forget-logs.ts";
import { findConversion } from "./list-conversions.ts";
import { pauseConnection, resumeConnection } from "./pause-connection.ts";
import { pullLog, pullLogs } from "./pull-log.ts";
import { runLab } from "./run-lab.ts";

let database: TestDatabase;
const trackers: KeitaroStandIn[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const tracker of trackers) await tracker.stop();
  await database.drop();
});

const minute = 60_000;
const hour = 60 * minute;
const ago = (ms: number) => new Date(Math.floor((Date.now() - ms) / 1000) * 1000);

interface Scene {
  space: TestWorkspace;
  tracker: KeitaroStandIn;
  connectionId: string;
  context(now?: Date): ReturnType<TestWorkspace["context"]> & { ports: Parameters<typeof connectPull>[0]["ports"] };
  connect(more?: Partial<ConnectPull>): Promise<void>;
  /** Reads the log and then the inbox, as the worker would. */
  pull(now?: Date): Promise<void>;
  arrivals(): Promise<Record<string, string>>;
  known(): Promise<(typeof conversions.$inferSelect)[]>;
  alerts(): Promise<string[]>;
}

/** A workspace with one connection, and a tracker whose log it can read. */
async function scene(options: KeitaroOptions & { timeoutMs?: number } = {}): Promise<Scene> {
  const space = await createTestWorkspace(database.db, telegramMarkup);
  const tracker = startKeitaroStandIn(options);
  trackers.push(tracker);
  const connectionId = await space.connect();
  const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
  const client = keitaroClient({
    outbound: (call) => outbound({ ...call, timeoutMs: options.timeoutMs ?? 5_000 }),
    pause: async () => {},
  });
  const ports = { ...space.ports, trackerLog: keitaroLog(client, { pageSize: 20 }), keep: { inboxDays: 90 } };
  const context = (now = new Date()) => ({ ...space.context(now), ports });
  const self: Scene = {
    space,
    tracker,
    connectionId,
    context,
    async connect(more = {}) {
      await connectPull(context(), {
        connectionId,
        apiUrl: tracker.url,
        apiKey: tracker.apiKey,
        scope: "all",
        ...more,
      });
    },
    async pull(now) {
      await pullLog(context(now), { connectionId });
      await space.readInbox();
    },
    async arrivals() {
      const rows = await database.db.select().from(trackerLogRows).where(eq(trackerLogRows.connectionId, connectionId));
      return Object.fromEntries(rows.map((row) => [row.rowKey.replace(/^\d+:/, ""), row.arrival]));
    },
    known: () =>
      database.db.select().from(conversions).where(eq(conversions.connectionId, connectionId)).orderBy(conversions.id),
    async alerts() {
      const rows = await database.db.select().from(deliveries).where(eq(deliveries.workspaceId, space.workspaceId));
      return rows.map(({ content }) => (content as { html: string }).html);
    },
  };
  return self;
}

describe("connecting a tracker's log", () => {
  test("tries address and key first, keeps the key sealed, shows it never and leaves a trace without it", async () => {
    const at = await scene();
    const key = at.tracker.apiKey;
    const state = await connectPull(at.context(), {
      connectionId: at.connectionId,
      apiUrl: `${at.tracker.url}/admin/#!/campaigns/15`,
      apiKey: ` ${key} `,
    });
    expect(state.pull).toMatchObject({
      apiUrl: at.tracker.url,
      isOn: true,
      everyMinutes: 10,
      scope: "seen",
      problem: null,
    });
    expect(JSON.stringify(state)).not.toContain(key);
    expect(JSON.stringify(await readPull(at.context(), { connectionId: at.connectionId }))).not.toContain(key);
    const [row] = await database.db.select().from(trackerPulls).where(eq(trackerPulls.connectionId, at.connectionId));
    expect(row?.apiKeySealed).not.toContain(key);
    expect(at.space.ports.vault.open(row?.apiKeySealed ?? "")).toBe(key);
    const audit = await database.db.execute<{ action: string; all: string }>(sql`
      select action, a::text as all from audit_entries a where workspace_id = ${at.space.workspaceId} order by id`);
    expect([...audit].map(({ action }) => action)).toEqual(["connection.created", "connection.log-connected"]);
    expect([...audit].map(({ all }) => all).join()).not.toContain(key);
  });

  test("is refused with the reason when the tracker does not take it, and then nothing is stored", async () => {
    const at = await scene();
    const connect = (apiUrl: string, apiKey?: string) =>
      connectPull(at.context(), { connectionId: at.connectionId, apiUrl, ...(apiKey ? { apiKey } : {}) });
    const key = at.tracker.apiKey;
    for (const [work, code] of [
      [() => connect(at.tracker.url, "wrong"), "conversions.tracker.key_refused"],
      [() => connect(at.tracker.url, "ключ\r\nX-Other: 1"), "conversions.tracker.key_refused"],
      [() => connect(`${at.tracker.url}/elsewhere`, key), "conversions.tracker.not_a_tracker"],
      [() => connect("http://127.0.0.1:5432", key), "conversions.tracker.address_refused"],
      [() => connect("not an address", key), "conversions.tracker_address_invalid"],
      [() => connect(at.tracker.url), "conversions.tracker_key_missing"],
    ] as const)
      await expect(work()).rejects.toMatchObject({ kind: "invalid", code });
    expect((await readPull(at.context(), { connectionId: at.connectionId })).pull).toBeNull();
    await expect(requestPull(at.context(), { connectionId: at.connectionId })).rejects.toMatchObject({
      code: "conversions.no_tracker_log",
    });
    const generic = await at.space.connect({ kind: "generic" });
    await expect(
      connectPull(at.context(), { connectionId: generic, apiUrl: at.tracker.url, apiKey: key }),
    ).rejects.toMatchObject({ code: "conversions.tracker_log_unsupported" });
  });

  test("a stored key is used for changes of how it is asked, and never goes to another address", async () => {
    const at = await scene();
    await at.connect();
    const { connectionId } = at;
    const other = startKeitaroStandIn();
    trackers.push(other);
    await expect(connectPull(at.context(), { connectionId, apiUrl: other.url })).rejects.toMatchObject({
      code: "conversions.tracker_key_missing",
    });
    expect(other.calls).toEqual([]);
    const changed = await connectPull(at.context(), {
      connectionId,
      apiUrl: at.tracker.url,
      everyMinutes: 30,
      isOn: false,
    });
    expect(changed.pull).toMatchObject({ everyMinutes: 30, isOn: false, scope: "all" });
    expect((await disconnectPull(at.context(), { connectionId })).pull).toBeNull();
    expect((await disconnectPull(at.context(), { connectionId })).pull).toBeNull();
  });

  test("a stranger's connection does not exist", async () => {
    const at = await scene();
    await at.connect();
    const stranger = await createTestWorkspace(database.db, telegramMarkup);
    const ctx = { ...at.context(), actor: stranger.actor };
    const input = { connectionId: at.connectionId };
    for (const work of [
      () => readPull(ctx, input),
      () => connectPull(ctx, { ...input, apiUrl: at.tracker.url, apiKey: at.tracker.apiKey }),
      () => disconnectPull(ctx, input),
      () => requestPull(ctx, input),
      () => compareDays(ctx, input),
      () => listPullRuns(ctx, input),
      () => listMissing(ctx, input),
      () => readDelays(ctx, input),
    ])
      await expect(work()).rejects.toMatchObject({ kind: "not_found", code: "conversions.connection_not_found" });
    expect((await readPull(at.context(), input)).pull).not.toBeNull();
  });
});

describe("reading the log", () => {
  test("what came by postback is delivered, what did not is recovered once, told as such, with the tracker's moment", async () => {
    const at = await scene();
    await at.connect();
    const lostAt = ago(40 * minute);
    at.tracker.load([
      { subid: "came", status: "sale", revenue: "10", postbackAt: ago(30 * minute) },
      {
        subid: "lost",
        tid: "t1",
        status: "sale",
        revenue: "12.5",
        ...{ campaignId: 15, campaign: "Spring", offerId: 104 },
        country: "AU",
        postbackAt: lostAt,
      },
    ]);
    await at.space.receive(at.connectionId, "subid=came&tid=&status=sale&payout=10");
    await at.space.readInbox();
    await at.pull();
    await at.pull();
    const known = await at.known();
    expect(known.map(({ subid, isRecovered, amount, currency }) => [subid, isRecovered, amount, currency])).toEqual([
      ["came", false, "10", null],
      ["lost", true, "12.5", null],
    ]);
    // The only flow of the campaign that has this offer.
    expect(known[1]?.facts).toMatchObject({ flowId: "5003" });
    expect(known[1]).toMatchObject({ tid: "t1", campaignName: "Spring", country: "AU" });
    expect(known[1]?.happenedAt).toEqual(lostAt);
    const rows = await database.db
      .select()
      .from(trackerLogRows)
      .where(eq(trackerLogRows.connectionId, at.connectionId));
    expect(rows.map(({ arrival }) => arrival).sort()).toEqual(["delivered", "recovered"]);
    const told = (await at.alerts()).filter((html) => html.includes("recovered from the tracker"));
    expect(told).toHaveLength(1);
    expect(await at.alerts()).toHaveLength(2);
    const detail = await findConversion(at.context(), { conversionId: String(known[1]?.id) });
    expect(detail.logged?.at).toBe(lostAt.toISOString());
    const [last] = (await listPullRuns(at.context(), { connectionId: at.connectionId })).items;
    expect(last).toMatchObject({ rows: 2, missing: 0, problem: null });
    const missed = await listMissing(at.context(), { connectionId: at.connectionId });
    expect(missed.items).toMatchObject([{ status: "sale", arrival: "recovered", conversionId: String(known[1]?.id) }]);
    // The lab reads the row that was stored as the inbox has read it.
    const call = { kind: "event" as const, eventId: String(known[1]?.eventId) };
    const tried = await runLab(at.context(), { connectionId: at.connectionId, call });
    expect(tried).toMatchObject({
      call: { method: "PULL" },
      reading: { outcome: "conversion", facts: { subid: "lost", amount: "12.5", campaignName: "Spring" } },
      arrival: { kind: "new", conversionId: String(known[1]?.id) },
    });
    expect(tried.messages[0]?.html).toContain("recovered from the tracker");
  });

  test("a new status of the same conversion is a row of its own", async () => {
    const at = await scene();
    await at.connect();
    await at.tracker.convert({ subid: "a", status: "lead", revenue: "0", postbackAt: ago(30 * minute) });
    await at.pull();
    await at.tracker.convert({ subid: "a", status: "sale", revenue: "20", postbackAt: ago(20 * minute) });
    await at.pull();
    expect((await at.known()).map(({ status, amount }) => [status, amount])).toEqual([
      ["lead", null],
      ["sale", "20"],
    ]);
    expect(await at.arrivals()).toEqual({ lead: "recovered", sale: "recovered" });
  });

  test("a postback has three minutes to come before its conversion is missed", async () => {
    const at = await scene();
    await at.connect();
    await at.tracker.convert({ subid: "a", postbackAt: ago(minute) });
    await at.pull();
    expect(await at.known()).toEqual([]);
    await at.pull(new Date(Date.now() + 4 * minute));
    expect(await at.known()).toHaveLength(1);
  });

  test("campaigns that send no postbacks are counted and left alone, unless all are asked for", async () => {
    const at = await scene();
    await at.connect({ scope: "seen" });
    await at.space.receive(at.connectionId, "subid=s1&status=sale&campaign_id=15", "subid=s2&status=sale");
    await at.space.readInbox();
    const postbackAt = ago(30 * minute);
    at.tracker.load([
      { subid: "s2", status: "sale", campaignId: 22, postbackAt },
      { subid: "lost15", status: "sale", campaignId: 15, postbackAt },
      // Its address names no campaign, but one of its conversions has arrived.
      { subid: "lost22", status: "sale", campaignId: 22, postbackAt },
      { subid: "silent", status: "sale", campaignId: 99, postbackAt },
    ]);
    await at.pull();
    expect(
      (await at.known())
        .filter(({ isRecovered }) => isRecovered)
        .map(({ subid }) => subid)
        .sort(),
    ).toEqual(["lost15", "lost22"]);
    const { days } = await compareDays(at.context(), { connectionId: at.connectionId });
    const sum = (name: "theirs" | "elsewhere") => days.reduce((total, day) => total + day[name], 0);
    expect([sum("theirs"), sum("elsewhere")]).toEqual([3, 1]);
    await at.connect({ scope: "all" });
    await at.pull();
    expect((await at.known()).map(({ subid }) => subid)).toContain("silent");
  });

  test("nothing is recovered while the connection is paused; afterwards nothing has been lost", async () => {
    const at = await scene();
    await at.connect();
    await at.pull();
    await pauseConnection(at.context(), { connectionId: at.connectionId });
    const calls = at.tracker.calls.length;
    await at.tracker.convert({ subid: "a", postbackAt: ago(10 * minute) });
    await at.pull();
    expect(at.tracker.calls.length).toBe(calls);
    expect(await at.known()).toEqual([]);
    await expect(requestPull(at.context(), { connectionId: at.connectionId })).rejects.toMatchObject({
      code: "conversions.connection_paused",
    });
    await resumeConnection(at.context(), { connectionId: at.connectionId });
    await at.pull();
    expect(await at.known()).toHaveLength(1);
  });

  test("a row that waited in the inbox while the connection was paused is read after all", async () => {
    const at = await scene();
    await at.connect();
    await at.tracker.convert({ subid: "a", postbackAt: ago(30 * minute) });
    await pullLog(at.context(), { connectionId: at.connectionId });
    await pauseConnection(at.context(), { connectionId: at.connectionId });
    await at.space.readInbox();
    await resumeConnection(at.context(), { connectionId: at.connectionId });
    await at.pull();
    expect(await at.known()).toEqual([]);
    await at.pull(new Date(Date.now() + 11 * minute));
    expect(await at.known()).toHaveLength(1);
    expect(await at.arrivals()).toEqual({ sale: "recovered" });
  });

  test("two hundred rows over many pages, in a tracker of the older spelling, all of them once", async () => {
    const at = await scene({ dialect: "old" });
    await at.connect();
    at.tracker.load(Array.from({ length: 200 }, (_, n) => ({ subid: `s${n}`, postbackAt: ago(hour + n * 1_000) })));
    await at.pull();
    await at.pull();
    expect(await at.known()).toHaveLength(200);
    expect(new Set((await at.known()).map(({ subid }) => subid)).size).toBe(200);
    const [row] = await database.db.select().from(trackerPulls).where(eq(trackerPulls.connectionId, at.connectionId));
    expect(row?.dialect).toBe("old");
  });
});

describe("clocks", () => {
  test("a tracker a day ahead or behind, by its own word: everything is found, dated by our clock", async () => {
    for (const clockAheadMs of [24 * hour, -24 * hour]) {
      const at = await scene();
      at.tracker.clockAheadMs = clockAheadMs;
      await at.connect();
      await at.tracker.convert({ subid: "a", postbackAt: new Date(ago(30 * minute).getTime() + clockAheadMs) });
      await at.pull();
      const [known] = await at.known();
      expect(known).toMatchObject({ subid: "a", isRecovered: true });
      const off = Math.abs((known?.happenedAt?.getTime() ?? 0) - ago(30 * minute).getTime());
      expect(off).toBeLessThan(minute);
      // And the next look goes on from there.
      await at.tracker.convert({ subid: "b", postbackAt: new Date(ago(5 * minute).getTime() + clockAheadMs) });
      await at.pull();
      expect((await at.known()).map(({ subid }) => subid)).toEqual(["a", "b"]);
    }
  });

  test("rows dated tomorrow or yesterday by a tracker that hides its clock are found, and none lies in our future", async () => {
    const at = await scene();
    await at.connect();
    await at.pull();
    at.tracker.load([
      { subid: "tomorrow", postbackAt: new Date(ago(0).getTime() + 23 * hour) },
      { subid: "yesterday", postbackAt: ago(24 * hour + 10 * minute) },
    ]);
    await at.pull();
    expect((await at.known()).map(({ subid }) => subid)).toEqual(["tomorrow"]);
    for (const { happenedAt, receivedAt } of await at.known()) expect(happenedAt?.getTime()).toBe(receivedAt.getTime());
    // Every few hours the look reaches a day further back.
    await database.db.execute(sql`update tracker_pull_runs set started_at = started_at - interval '7 hours',
      window_from = window_from - interval '7 hours' where connection_id = ${at.connectionId}`);
    await database.db.execute(
      sql`update tracker_pulls set created_at = created_at - interval '2 days' where connection_id = ${at.connectionId}`,
    );
    await at.pull();
    expect((await at.known()).map(({ subid }) => subid)).toEqual(["tomorrow", "yesterday"]);
  });

  test("days are those of the workspace's zone, the short and the long one of the change of clocks included", async () => {
    const at = await scene();
    await database.db
      .update(workspaces)
      .set({ timeZone: "Europe/Kyiv" })
      .where(eq(workspaces.id, at.space.workspaceId));
    const row = (key: string, moment: string) => ({
      connectionId: at.connectionId,
      workspaceId: at.space.workspaceId,
      rowKey: `${key}:sale`,
      happenedAt: new Date(moment),
      arrival: "delivered" as const,
      seenAt: new Date(),
    });
    // 29 March 2026 has 23 hours in Kyiv (22:00Z to 21:00Z), 25 October has 25 (21:00Z to 22:00Z).
    await database.db
      .insert(trackerLogRows)
      .values([
        row("1", "2026-03-28T21:59:59Z"),
        row("2", "2026-03-28T22:00:00Z"),
        row("3", "2026-03-29T20:59:59Z"),
        row("4", "2026-03-29T21:00:00Z"),
        row("5", "2026-10-24T20:59:59Z"),
        row("6", "2026-10-24T21:00:00Z"),
        row("7", "2026-10-25T21:59:59Z"),
        row("8", "2026-10-25T22:00:00Z"),
      ]);
    const counts = async (from: string, to: string) => {
      const found = await compareDays(at.context(), { connectionId: at.connectionId, from, to });
      expect(found.timeZone).toBe("Europe/Kyiv");
      return found.days.map(({ day, theirs }) => `${day} ${theirs}`);
    };
    expect(await counts("2026-03-28", "2026-03-30")).toEqual(["2026-03-30 1", "2026-03-29 2", "2026-03-28 1"]);
    expect(await counts("2026-10-24", "2026-10-26")).toEqual(["2026-10-26 1", "2026-10-25 2", "2026-10-24 1"]);
    expect(await counts("2026-03-29", "2026-03-29")).toEqual(["2026-03-29 2"]);
    for (const [from, to] of [
      ["2026-03-30", "2026-03-29"],
      ["2026-02-31", "2026-03-29"],
      ["yesterday", "today"],
    ] as const)
      await expect(counts(from, to)).rejects.toMatchObject({ code: "conversions.days_invalid" });
  });
});

describe("a tracker that fails", () => {
  const table: [KeitaroFault, string][] = [
    ["html", "not_a_tracker"],
    ["no_licence", "no_api"],
    ["hang", "timed_out"],
    [{ status: 500 }, "failing"],
  ];
  for (const [fault, problem] of table)
    test(`${JSON.stringify(fault)}: is written down, asked later, and well again when it is`, async () => {
      const at = await scene({ timeoutMs: 100 });
      await at.connect();
      await at.tracker.convert({ subid: "a", postbackAt: ago(30 * minute) });
      at.tracker.fail(fault);
      await at.pull();
      await at.pull();
      const failed = (await readPull(at.context(), { connectionId: at.connectionId })).pull;
      expect(failed?.problem?.code).toBe(problem as never);
      expect(failed?.problem?.message.length).toBeGreaterThan(20);
      expect(failed?.checkedUntil).toBeNull();
      const wait = Date.parse(failed?.nextRunAt ?? "") - Date.parse(failed?.lastRunAt ?? "");
      expect(wait).toBe(40 * minute);
      const { items } = await listPullRuns(at.context(), { connectionId: at.connectionId });
      expect(items.map((run) => run.problem?.code)).toEqual([problem, problem] as never);
      at.tracker.recover();
      await at.pull();
      expect((await readPull(at.context(), { connectionId: at.connectionId })).pull).toMatchObject({
        problem: null,
        problemSince: null,
      });
      expect(await at.known()).toHaveLength(1);
    });

  test("loses nothing with an answer that was lost on its way", async () => {
    const at = await scene({ timeoutMs: 200 });
    await at.connect();
    await at.tracker.convert({ subid: "a", postbackAt: ago(30 * minute) });
    at.tracker.fail("lost_answer", 1);
    await at.pull();
    expect(await at.known()).toHaveLength(1);
  });

  test("by an answer that cannot be stored is written down too, asked later, and nothing of it is passed over", async () => {
    const at = await scene();
    await at.connect();
    await at.tracker.convert({ subid: "a", postbackAt: ago(30 * minute) });
    const mend = await poison(database.db, "tracker_log_rows", `new.connection_id = '${at.connectionId}'`, {
      on: "insert",
    });
    await at.pull();
    const failed = (await readPull(at.context(), { connectionId: at.connectionId })).pull;
    expect([failed?.problem?.code, failed?.checkedUntil]).toEqual(["unreadable", null]);
    const { items } = await listPullRuns(at.context(), { connectionId: at.connectionId });
    expect(items.map((run) => [run.problem?.code, run.finishedAt !== null])).toEqual([["unreadable", true]]);
    await mend();
    await at.pull();
    expect((await readPull(at.context(), { connectionId: at.connectionId })).pull?.problem).toBeNull();
    expect(await at.known()).toHaveLength(1);
  });

  test("whose key no secret opens any more says so", async () => {
    const at = await scene();
    await at.connect();
    await database.db
      .update(trackerPulls)
      .set({ apiKeySealed: "v1.gone.x.y" })
      .where(eq(trackerPulls.connectionId, at.connectionId));
    await at.pull();
    expect((await readPull(at.context(), { connectionId: at.connectionId })).pull?.problem?.code).toBe(
      "key_unreadable",
    );
  });
});

describe("the schedule", () => {
  test("asks each tracker when its time has come, in a line of its own kind, once however many workers look", async () => {
    const [due, failing, later, off, paused] = await Promise.all([scene(), scene(), scene(), scene(), scene()]);
    for (const at of [due, failing, later, off, paused]) await at.connect();
    await database.db.execute(sql`delete from graphile_worker._private_jobs`);
    await database.db.execute(sql`update tracker_pulls set next_run_at = now() + interval '1 hour'`);
    const set = (at: Scene, values: Partial<typeof trackerPulls.$inferInsert>) =>
      database.db
        .update(trackerPulls)
        .set({ nextRunAt: ago(minute), ...values })
        .where(eq(trackerPulls.connectionId, at.connectionId));
    await set(due, {});
    await set(failing, { failures: 3 });
    await set(off, { isOn: false });
    await set(paused, {});
    await pauseConnection(paused.context(), { connectionId: paused.connectionId });
    await Promise.all([pullLogs(due.context(), {}), pullLogs(due.context(), {}), pullLogs(due.context(), {})]);
    const jobs = await database.db.execute<{ key: string; queue: string }>(sql`
      select j.key, q.queue_name as queue from graphile_worker._private_jobs j
      left join graphile_worker._private_job_queues q on q.id = j.job_queue_id where j.key like 'conversions.pull-log:%'`);
    const byKey = Object.fromEntries(
      [...jobs].map(({ key, queue }) => [key.replace("conversions.pull-log:", ""), queue]),
    );
    expect(Object.keys(byKey).sort()).toEqual([due.connectionId, failing.connectionId].sort());
    expect(byKey[failing.connectionId]).toBe("pull:failing");
    expect(byKey[due.connectionId]).toMatch(/^pull:[0-2]$/);
  });
});

describe("the same conversion pushed and pulled at the same moment", () => {
  test("is one conversion and one alert, fifty times, in both orders and at once", async () => {
    const at = await scene();
    await at.connect();
    const subids = Array.from({ length: 50 }, (_, n) => `race${n}`);
    at.tracker.load(
      subids.map((subid) => ({ subid, tid: "t", status: "sale", revenue: "5", postbackAt: ago(10 * minute) })),
    );
    const push = (some: string[]) =>
      at.space.receive(at.connectionId, ...some.map((subid) => `subid=${subid}&tid=t&status=sale&payout=5`));
    await push(subids.slice(0, 15));
    await Promise.all([pullLog(at.context(), { connectionId: at.connectionId }), push(subids.slice(15, 35))]);
    await push(subids.slice(35));
    await at.space.readInbox(6);
    const known = await at.known();
    expect(known.map(({ subid }) => subid).sort()).toEqual([...subids].sort());
    expect(await at.alerts()).toHaveLength(50);
    expect((await at.space.outcomes()).every(({ status }) => status === "handled" || status === "ignored")).toBe(true);
    await at.pull();
    expect(await at.known()).toHaveLength(50);
    expect(Object.values(await at.arrivals()).every((arrival) => arrival !== "waiting")).toBe(true);
  });

  test("is one conversion when its postback comes late, in the words that this connection's postbacks use", async () => {
    const at = await scene();
    await at.connect();
    at.tracker.load([
      { subid: "before", tid: "x1", status: "lead", postbackAt: ago(50 * minute) },
      { subid: "late", tid: "x2", status: "lead", postbackAt: ago(30 * minute) },
    ]);
    // The address says {status:lead=reg} and names no {tid}.
    await at.space.receive(at.connectionId, "subid=before&status=reg");
    await at.space.readInbox();
    await at.pull();
    await at.space.receive(at.connectionId, "subid=late&status=reg");
    await at.space.readInbox();
    expect((await at.known()).map(({ subid, status, isRecovered }) => [subid, status, isRecovered])).toEqual([
      ["before", "registration", false],
      ["late", "registration", true],
    ]);
    expect(await at.alerts()).toHaveLength(2);
  });
});

describe("what is kept", () => {
  test("delays are known for what the log has and for what was sent", async () => {
    const at = await scene();
    const postbackAt = ago(10 * minute);
    const received = new Date(postbackAt.getTime() + minute).toISOString();
    const sent = new Date(postbackAt.getTime() + minute + 300).toISOString();
    await at.connect();
    at.tracker.load([{ subid: "a", status: "sale", postbackAt }]);
    await at.space.receive(at.connectionId, "subid=a&status=sale");
    await at.space.readInbox();
    await at.pull();
    await database.db.execute(
      sql`update conversions set received_at = ${received}::timestamptz where connection_id = ${at.connectionId}`,
    );
    await database.db.execute(sql`update deliveries set state = 'sent', telegram_message_id = 1,
      done_at = ${sent}::timestamptz where workspace_id = ${at.space.workspaceId}`);
    const delays = await readDelays(at.context(), { connectionId: at.connectionId });
    expect(delays.toUs).toMatchObject({ count: 1, p95Ms: minute });
    expect(delays.toChat).toMatchObject({ count: 1, p50Ms: 300 });
  });

  test("rows and runs leave with the calls, what is newer stays", async () => {
    const at = await scene();
    await at.connect();
    await at.tracker.convert({ subid: "a", postbackAt: ago(10 * minute) });
    await at.pull();
    const row = {
      connectionId: at.connectionId,
      workspaceId: at.space.workspaceId,
      rowKey: "old:sale",
      arrival: "delivered" as const,
    };
    await database.db.insert(trackerLogRows).values({ ...row, happenedAt: ago(100 * 24 * hour), seenAt: new Date() });
    await forgetLogs(at.context(), {});
    expect(await at.arrivals()).toEqual({ sale: "recovered" });
    await forgetLogs(at.context(new Date(Date.now() + 200 * 24 * hour)), {});
    expect(await at.arrivals()).toEqual({});
    expect((await listPullRuns(at.context(), { connectionId: at.connectionId })).items).toEqual([]);
  });
});
