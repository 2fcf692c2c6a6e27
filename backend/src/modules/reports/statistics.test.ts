import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { telegramMarkup } from "@backend/integrations/telegram/text.ts";
import type { ActionContext } from "@backend/kit/context.ts";
import { type ReportedConversion, recordConversion } from "@backend/modules/conversions/actions/record-conversion.ts";
import { rollDays } from "@backend/modules/conversions/actions/roll-days.ts";
import type { ConversionFacts } from "@backend/modules/conversions/domain/read-call.ts";
import { blankFacts } from "@backend/modules/conversions/domain/sample-facts.ts";
import { breakdowns, recountDays } from "@backend/modules/conversions/index.ts";
import type { ConversionsPorts } from "@backend/modules/conversions/ports.ts";
import { createTestWorkspace, type TestWorkspace } from "@backend/modules/conversions/testing.ts";
import type { Db } from "@db/client.ts";
import { conversions, trackerConnections } from "@db/schema/conversions.ts";
import { workspaces } from "@db/schema/identity.ts";
import { createTestDatabase, type TestDatabase } from "@db/testing.ts";
import Big from "big.js";
import { eq, sql } from "drizzle-orm";
import fc from "fast-check";
import { readStatistics } from "./actions/read-statistics.ts";
import { addDays, lengthOf, previousOf } from "./domain/periods.ts";
import type { Statistics, StatisticsQuery } from "./statistics-contracts.ts";
import { planStatistics } from "./statistics-plan.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ poolSize: 6 });
});
afterAll(() => database.drop());

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Team extends TestWorkspace {
  connections: (typeof trackerConnections.$inferSelect)[];
  report(at: Date, some: Partial<ConversionFacts>, more?: Partial<ReportedConversion>, db?: Db): Promise<void>;
  roll(at: Date): Promise<number>;
  ask(at: Date, query: StatisticsQuery): Promise<Statistics>;
  move(timeZone: string): Promise<unknown>;
}

let nextEvent = 1n;
const nothing: ConversionFacts = { ...blankFacts, status: "lead" };

async function enter(timeZone = "Europe/Kyiv"): Promise<Team> {
  const { db } = database;
  const space = await createTestWorkspace(db, telegramMarkup);
  const move = (zone: string) =>
    db.update(workspaces).set({ timeZone: zone }).where(eq(workspaces.id, space.workspaceId));
  await move(timeZone);
  for (let n = 0; n < 2; n++) await space.connect({ chatId: null });
  const connections = await db
    .select()
    .from(trackerConnections)
    .where(eq(trackerConnections.workspaceId, space.workspaceId))
    .orderBy(trackerConnections.createdAt);
  const [first] = connections;
  if (!first) throw new Error("no connection");
  return {
    ...space,
    connections,
    move,
    async report(at, some, more = {}, within = db) {
      const eventId = nextEvent++;
      const facts = { ...nothing, externalId: String(eventId), ...some };
      const reported = { connection: first, facts, notes: [], receivedAt: at, eventId, isRecovered: false, ...more };
      await within.transaction((tx) => {
        const ctx = { ...space.context(at), db: tx as unknown as Db } as ActionContext<ConversionsPorts>;
        return recordConversion(ctx, reported);
      });
    },
    roll: (at) => rollDays(space.context(at), {}),
    ask: (at, query) => readStatistics(space.context(at), query),
  };
}

const sale = (subid: string, amount: string) =>
  ({ subid, tid: "t", status: "sale", amount, currency: "USD" }) as const satisfies Partial<ConversionFacts>;
const refusal = (subid: string) => ({ subid, tid: "t", status: "rejected" }) as const;
const at = (iso: string) => new Date(iso);

describe("a period", () => {
  test("is made of days of the workspace's zone", async () => {
    const team = await enter();
    await team.report(at("2026-11-20T21:59:00Z"), {});
    await team.report(at("2026-11-20T22:01:00Z"), {});
    const { rows, totals, timeZone } = await team.ask(at("2026-11-25T12:00:00Z"), {
      from: "2026-11-20",
      to: "2026-11-21",
    });
    expect(rows.map(({ key, figures }) => [key, figures.conversions])).toEqual([
      ["2026-11-20", 1],
      ["2026-11-21", 1],
    ]);
    expect([totals.conversions, timeZone]).toEqual([2, "Europe/Kyiv"]);
  });

  test("has 25 hours on the day the clock goes back, and each conversion stands in its own", async () => {
    const team = await enter();
    // 03:30 in Kyiv, twice.
    for (const moment of ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"]) await team.report(at(moment), {});
    const now = at("2026-10-28T12:00:00Z");
    const one = { from: "2026-10-25", to: "2026-10-25" };
    for (const prepare of [() => Promise.resolve(0), () => team.roll(now)]) {
      await prepare();
      const { rows } = await team.ask(now, { ...one, by: "hour" });
      expect(rows).toHaveLength(25);
      expect(rows.filter(({ figures }) => figures.conversions > 0).map(({ key }) => key)).toEqual([
        "2026-10-25T00:00Z",
        "2026-10-25T01:00Z",
      ]);
      const byClock = await team.ask(now, { ...one, by: "hour_of_day" });
      expect(byClock.rows.find(({ key }) => key === "03")?.figures.conversions).toBe(2);
    }
    const spring = await team.ask(now, { from: "2026-03-29", to: "2026-03-29", by: "hour" });
    expect(spring.rows).toHaveLength(23);
  });

  test("that is not over is compared with the one before until the same time of day", async () => {
    const team = await enter();
    const now = at("2026-11-25T12:30:00Z");
    for (const ago of [1, 23, 25, 26]) await team.report(new Date(now.getTime() - ago * hour), {});
    await team.report(new Date(now.getTime() - day + 10 * minute), {});
    await team.report(new Date(now.getTime() - day - 10 * minute), {});
    const today = { from: "2026-11-25", to: "2026-11-25" };
    for (const prepare of [() => Promise.resolve(0), () => team.roll(now)]) {
      await prepare();
      const { totals, previous, change } = await team.ask(now, today);
      // Midnight in Kyiv is 22:00 in UTC: of yesterday there are the two that lie more than a day back.
      expect([totals.conversions, previous.totals.conversions]).toEqual([1, 3]);
      expect(previous.until).toBe("2026-11-24T12:30:00.000Z");
      expect(change.conversions).toBeCloseTo(-2 / 3);
    }
  });

  test("is refused when it ends before it begins, is longer than two years, or has too many hours", async () => {
    const team = await enter();
    const now = at("2026-11-25T12:00:00Z");
    const ask = (from: string, to: string, by?: StatisticsQuery["by"]) =>
      team.ask(now, { from, to, ...(by ? { by } : {}) }).then(
        () => "answered",
        (error: { code: string }) => error.code,
      );
    expect(await ask("2026-11-02", "2026-11-01")).toBe("reports.statistics.period_backwards");
    expect(await ask("2024-01-01", "2026-11-01")).toBe("reports.statistics.period_too_long");
    expect(await ask("2026-11-01", "2026-11-04", "hour")).toBe("reports.statistics.hours_too_long");
    expect(await ask("2026-02-30", "2026-03-01")).toBe("reports.statistics.day_unreadable");
    expect(await ask("2024-11-25", "2026-11-25")).toBe("answered");
  });
});

describe("money", () => {
  test("that was taken back is no revenue, whichever of the two was written first", async () => {
    const team = await enter();
    const now = at("2026-11-25T12:00:00Z");
    await team.report(now, sale("a", "10.10"));
    await team.report(new Date(now.getTime() + minute), refusal("a"));
    await team.report(now, refusal("b"));
    await team.report(now, sale("b", "20.20"), { happenedAt: new Date(now.getTime() - 2 * hour), isRecovered: true });
    await team.report(now, sale("c", "0.1"));
    await team.report(now, sale("d", "0.2"));
    const later = new Date(now.getTime() + 3 * hour);
    for (const prepare of [() => Promise.resolve(0), () => team.roll(later)]) {
      await prepare();
      const { totals } = await team.ask(later, { from: "2026-11-25", to: "2026-11-25" });
      expect(totals.money).toEqual([{ currency: "USD", revenue: "0.3", takenBack: "30.3" }]);
      expect([totals.approved, totals.rejected, totals.approvalRate]).toEqual([4, 2, 4 / 6]);
    }
  });

  test("of a day long rolled is corrected, and taken back, as soon as the tracker says so", async () => {
    const team = await enter();
    const old = at("2026-11-20T12:00:00Z");
    const now = at("2026-11-25T12:00:00Z");
    await team.report(old, sale("a", "10"));
    await team.report(old, sale("b", "5"));
    expect(await team.roll(now)).toBe(6);
    expect(await team.roll(now)).toBe(0);
    const revenue = async () => (await team.ask(now, { from: "2026-11-20", to: "2026-11-20" })).totals.money;
    await team.report(now, sale("a", "12"));
    expect(await revenue()).toEqual([{ currency: "USD", revenue: "17", takenBack: "0" }]);
    expect(await team.roll(now)).toBe(1);
    await team.report(now, refusal("b"));
    expect(await revenue()).toEqual([{ currency: "USD", revenue: "12", takenBack: "5" }]);
    expect(await team.roll(now)).toBe(1);
    expect(await revenue()).toEqual([{ currency: "USD", revenue: "12", takenBack: "5" }]);
  });
});

describe("rows", () => {
  test("are named, the most frequent first, and can be searched, limited and filtered", async () => {
    const team = await enter();
    const now = at("2026-11-25T12:00:00Z");
    const [, second] = team.connections;
    if (!second) throw new Error("no connection");
    for (let n = 0; n < 3; n++) await team.report(now, { campaignId: "7", campaignName: "Summer 100%" });
    for (let n = 0; n < 2; n++) await team.report(now, { campaignName: "Only a name" }, { connection: second });
    await team.report(now, { status: "sale", amount: "1", currency: "EUR" });
    const query = { from: "2026-11-25", to: "2026-11-25", by: "campaign" } as const;
    const names = async (more: Partial<StatisticsQuery>) =>
      (await team.ask(now, { ...query, ...more })).rows.map(({ key, label, figures }) => [
        key,
        label,
        figures.conversions,
      ]);
    const all = [
      ["7", "Summer 100%", 3],
      ["Only a name", null, 2],
      ["", null, 1],
    ];
    expect(await names({})).toEqual(all);
    expect(await names({ search: "100%" })).toEqual(all.slice(0, 1));
    expect(await names({ search: "_" })).toEqual([]);
    expect(await names({ connectionId: second.id })).toEqual(all.slice(1, 2));
    expect(await names({ status: "sale" })).toEqual(all.slice(2));
    expect(await names({ currency: "EUR" })).toEqual(all.slice(2));
    expect(await names({ limit: 1 })).toEqual(all.slice(0, 1));
    expect((await team.ask(now, { ...query, limit: 1 })).moreRows).toBe(2);
    const byConnection = await team.ask(now, { ...query, by: "connection" });
    expect(byConnection.rows.map(({ label }) => label)).toEqual(team.connections.map(({ name }) => name));
  });

  test("show nothing of another workspace, not even of its connection's id", async () => {
    const [team, stranger] = [await enter(), await enter()];
    const now = at("2026-11-25T12:00:00Z");
    await stranger.report(now, {});
    const query = { from: "2026-11-25", to: "2026-11-25" };
    const connectionId = stranger.connections[0]?.id ?? "";
    expect((await team.ask(now, query)).totals.conversions).toBe(0);
    expect((await team.ask(now, { ...query, connectionId })).totals.conversions).toBe(0);
  });

  test("keep the thousand most frequent values of a day apart, and the rest together", async () => {
    const team = await enter();
    const [connection] = team.connections;
    await database.db.execute(sql`
      insert into conversions (workspace_id, connection_id, identity_key, status, facts, received_at)
      select ${team.workspaceId}, ${connection?.id}, n::text, 'lead',
        jsonb_build_object('subIds', jsonb_build_object('1', 'click' || n % 1100)), '2026-11-20T12:00:00Z'
      from generate_series(1, 2090) n`);
    const now = at("2026-11-25T12:00:00Z");
    await team.roll(now);
    const { rows, moreRows } = await team.ask(now, { from: "2026-11-20", to: "2026-11-20", by: "sub_1", limit: 2 });
    expect([rows[0]?.key, rows[0]?.figures.conversions]).toEqual(["…", 100]);
    expect(moreRows).toBe(999);
  });
});

describe("rolls", () => {
  test("leave nothing to count but what happened since the last closed hour", async () => {
    const team = await enter();
    for (let n = 0; n < 60; n++) await team.report(new Date(at("2026-09-10T00:30:00Z").getTime() + n * day), {});
    const now = at("2026-11-10T12:05:00Z");
    expect(await team.roll(now)).toBe(62);
    await database.db.execute(sql`update conversions set status = 'trash' where workspace_id = ${team.workspaceId}`);
    const { totals } = await team.ask(now, { from: "2026-09-01", to: "2026-11-10" });
    expect(totals.byStatus).toEqual([{ status: "lead", count: 60 }]);
    const spans = await database.db.execute<{ dimension: string; days: number; first: string }>(sql`
      select dimension, count(distinct day)::int as days, min(day)::text as first from conversion_days
      where workspace_id = ${team.workspaceId} and dimension in ('month:hour', 'week:hour') group by 1 order by 1`);
    expect([...spans]).toEqual([
      { dimension: "month:hour", days: 2, first: "2026-09-01" },
      { dimension: "week:hour", days: 9, first: "2026-09-07" },
    ]);
  });

  test("wait for a writer who has not committed, and see what he wrote", async () => {
    const team = await enter();
    const old = at("2026-11-20T12:00:00Z");
    const now = at("2026-11-25T12:00:00Z");
    await team.report(old, {});
    let rolling: Promise<number> = Promise.resolve(0);
    let isRolled = false;
    await database.db.transaction(async (tx) => {
      await team.report(now, {}, { happenedAt: old, isRecovered: true }, tx as unknown as Db);
      rolling = team.roll(now).finally(() => {
        isRolled = true;
      });
      await Bun.sleep(150);
      expect(isRolled).toBe(false);
    });
    await rolling;
    const { totals } = await team.ask(now, { from: "2026-11-20", to: "2026-11-20" });
    expect(totals.conversions).toBe(2);
    expect(await team.roll(now)).toBe(0);
  });

  test("two at once count every day once", async () => {
    const team = await enter();
    await team.report(at("2026-11-01T12:00:00Z"), {});
    const now = at("2026-11-25T12:00:00Z");
    const counts = await Promise.all([team.roll(now), team.roll(now), team.roll(now)]);
    await team.roll(now);
    expect(Math.max(...counts)).toBeGreaterThan(0);
    expect((await team.ask(now, { from: "2026-10-31", to: "2026-11-25" })).totals.conversions).toBe(1);
  });

  test("that were written to are told as they were while there is too much to count, and days without one are left out and said so", async () => {
    const team = await enter();
    const now = at("2026-11-25T12:00:00Z");
    for (const moment of ["2026-11-20", "2026-11-21", "2026-11-22"]) await team.report(at(`${moment}T10:00:00Z`), {});
    const plan = () =>
      planStatistics(database.db, team.workspaceId, { from: "2026-11-20", to: "2026-11-22" }, now, 2).then(
        (planned) => ({
          live: planned.current.live.map((piece) => piece.day),
          rolled: planned.current.rolled,
          pending: planned.pendingDays,
          recounting: planned.recountingDays,
        }),
      );
    // The newest days first, as far as two conversions go.
    expect(await plan()).toEqual({ live: ["2026-11-22", "2026-11-21"], rolled: [], pending: 1, recounting: 0 });
    await team.roll(now);
    await recountDays(database.db, team.workspaceId);
    expect(await plan()).toEqual({
      live: ["2026-11-22", "2026-11-21"],
      rolled: ["2026-11-20"],
      pending: 0,
      recounting: 1,
    });
  });

  test("can all be asked for again, by whoever wrote past them", async () => {
    const team = await enter();
    const now = at("2026-11-25T12:00:00Z");
    await team.report(at("2026-11-20T12:00:00Z"), {});
    await team.roll(now);
    await database.db.update(conversions).set({ status: "trash" }).where(eq(conversions.workspaceId, team.workspaceId));
    await recountDays(database.db, team.workspaceId);
    const { totals } = await team.ask(now, { from: "2026-11-20", to: "2026-11-20" });
    expect(totals.byStatus).toEqual([{ status: "trash", count: 1 }]);
  });
});

// ---- the same, counted by hand ---------------------------------------------------------------------------------------

type Stored = typeof conversions.$inferSelect;
const momentOf = (row: Stored) => row.happenedAt ?? row.receivedAt;

function wall(moment: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone,
    dateStyle: "short",
    timeStyle: "medium",
    hourCycle: "h23",
  }).formatToParts(moment);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")} ${part("hour")}:${part("minute")}:${part("second")}`;
}

function keyOf(row: Stored, by: NonNullable<StatisticsQuery["by"]>, timeZone: string): string {
  const facts = row.facts as unknown as ConversionFacts;
  const local = wall(momentOf(row), timeZone);
  switch (by) {
    case "day":
      return local.slice(0, 10);
    case "hour_of_day":
      return local.slice(11, 13);
    case "status":
      return row.status;
    case "connection":
      return row.connectionId;
    case "campaign":
      return row.campaignId ?? row.campaignName ?? "";
    case "country":
      return row.country ?? "";
    case "source":
      return facts.source ?? facts.trafficSource ?? "";
    case "sub_1":
      return facts.subIds["1"] ?? "";
    case "hour":
      return "";
    default:
      return facts[`${by}Id`] ?? facts[`${by}Name`] ?? "";
  }
}

function countByHand(all: readonly Stored[], some: readonly Stored[], keyed: (row: Stored) => string) {
  const rows = new Map<string, { count: number; approved: number; money: Map<string, [Big, Big]> }>();
  for (const row of some) {
    const line = rows.get(keyed(row)) ?? { count: 0, approved: 0, money: new Map() };
    rows.set(keyed(row), line);
    line.count++;
    if (row.status === "sale" || row.status === "deposit") line.approved++;
    if (!["sale", "deposit", "rebill"].includes(row.status) || row.amount === null || new Big(row.amount).eq(0))
      continue;
    const isTaken = all.some(
      (other) =>
        row.subid !== "" &&
        ["rejected", "trash"].includes(other.status) &&
        other.connectionId === row.connectionId &&
        other.subid === row.subid &&
        other.tid === row.tid &&
        momentOf(other) >= momentOf(row),
    );
    const [kept, taken] = line.money.get(row.currency ?? "") ?? [new Big(0), new Big(0)];
    line.money.set(row.currency ?? "", isTaken ? [kept, taken.plus(row.amount)] : [kept.plus(row.amount), taken]);
  }
  return Object.fromEntries(
    [...rows].map(([key, { count, approved, money }]) => [
      key,
      {
        count,
        approved,
        money: Object.fromEntries([...money].map(([code, sums]) => [code, sums.map((sum) => sum.toFixed())])),
      },
    ]),
  );
}

const shown = (rows: Statistics["rows"]) =>
  Object.fromEntries(
    rows
      .filter(({ figures }) => figures.conversions > 0)
      .map(({ key, figures }) => [
        key,
        {
          count: figures.conversions,
          approved: figures.approved,
          money: Object.fromEntries(
            figures.money.map(({ currency, revenue, takenBack }) => [currency ?? "", [revenue, takenBack]]),
          ),
        },
      ]),
  );

const few = <T>(...values: T[]) => fc.constantFrom(...values);
const factsOfSome = fc.record({
  subid: few(null, "s1", "s2", "s3"),
  tid: few(null, "t1", "t2"),
  status: few<ConversionFacts["status"]>(
    "lead",
    "sale",
    "deposit",
    "rebill",
    "rejected",
    "trash",
    "registration",
    "other",
  ),
  amount: few(null, "0", "1.50", "0.1", "99999999999999999999.01", "-3"),
  currency: few(null, "USD", "EUR"),
  campaignId: few(null, "1", "2"),
  campaignName: few(null, "One", "Two"),
  offerId: few(null, "7"),
  creativeName: few(null, "cr"),
  source: few(null, "fb"),
  trafficSource: few(null, "google"),
  country: few(null, "UA", "PL"),
  subIds: few<ConversionFacts["subIds"]>({}, { "1": "denis" }, { "1": "x".repeat(150) }),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("push" as const),
      facts: factsOfSome,
      minutesAgo: fc.nat(3),
      connection: fc.nat(1),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("recover" as const),
      facts: factsOfSome,
      minutesAgo: fc.oneof(fc.nat(6_000), fc.nat(90_000)),
      connection: fc.nat(1),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), minutes: fc.integer({ min: 1, max: 900 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("roll" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("move" as const),
      timeZone: few("Europe/Kyiv", "Asia/Kolkata", "Africa/Cairo", "UTC"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("look" as const), days: fc.integer({ min: 1, max: 100 }) }) },
);

async function compare(team: Team, now: Date, timeZone: string, days: number): Promise<void> {
  const to = wall(now, timeZone).slice(0, 10);
  const period = { from: addDays(to, 1 - days), to };
  const all = await database.db.select().from(conversions).where(eq(conversions.workspaceId, team.workspaceId));
  const inside = (from: string, until: string) =>
    all.filter(
      (row) =>
        wall(momentOf(row), timeZone).slice(0, 10) >= from && wall(momentOf(row), timeZone).slice(0, 10) <= until,
    );
  for (const by of ["day", "hour_of_day", "status", "connection", ...breakdowns] as const) {
    const told = await team.ask(now, { ...period, by, limit: 500 });
    expect([by, shown(told.rows)]).toEqual([
      by,
      countByHand(all, inside(period.from, period.to), (row) => keyOf(row, by, timeZone)),
    ]);
    expect(told.pendingDays + told.recountingDays).toBe(0);
    if (by !== "day") continue;
    const before = previousOf(period);
    const cut = wall(now, timeZone);
    const until = `${addDays(cut.slice(0, 10), -lengthOf(period))}${cut.slice(10)}`;
    const earlier = inside(before.from, before.to).filter((row) => wall(momentOf(row), timeZone) < until);
    // When the clock is turned, an hour of the wall is there twice, and "the same time" is one of two.
    if (!/2026-10-(25|29|30)/.test(until))
      expect(shown(told.previous.rows)).toEqual(countByHand(all, earlier, (row) => keyOf(row, "day", timeZone)));
  }
}

test("statistics are what one would count by hand, however late, corrected, recovered and refused conversions come and whenever days are rolled", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      let timeZone = "Europe/Kyiv";
      const team = await enter(timeZone);
      let now = at("2026-10-22T20:50:00Z");
      for (const one of steps) {
        if (one.do === "wait") now = new Date(now.getTime() + one.minutes * minute);
        else if (one.do === "roll") await team.roll(now);
        else if (one.do === "look") await compare(team, now, timeZone, one.days);
        else if (one.do === "move") {
          timeZone = one.timeZone;
          await team.move(timeZone);
        } else {
          const connection = team.connections[one.connection];
          if (!connection) throw new Error("no connection");
          const moment = new Date(now.getTime() - one.minutesAgo * minute);
          const isRecovered = one.do === "recover";
          await team.report(now, one.facts, {
            connection,
            isRecovered,
            receivedAt: isRecovered ? now : moment,
            ...(isRecovered ? { happenedAt: moment } : {}),
          });
        }
      }
      await compare(team, now, timeZone, 8);
      await team.roll(now);
      await compare(team, now, timeZone, 8);
    }),
    { numRuns: 25 },
  );
}, 240_000);
