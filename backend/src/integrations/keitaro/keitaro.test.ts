import { afterEach, describe, expect, test } from "bun:test";
import { Writable } from "node:stream";
import { createLogger, loggableError } from "@backend/kit/log.ts";
import { createOutbound } from "@backend/kit/outbound.ts";
import { type KeitaroOptions, type KeitaroStandIn, startKeitaroStandIn } from "@sandbox/keitaro/index.ts";
import { trackerAddressOf } from "./address.ts";
import { keitaroClient } from "./client.ts";
import { keitaroLog } from "./conversions-log.ts";
import { faultsWithProblems, problemOf } from "./testing.ts";
import { readLogMoment, readLogRow } from "./transform.ts";

const running: KeitaroStandIn[] = [];
afterEach(async () => {
  for (const tracker of running.splice(0)) await tracker.stop();
});

/** A tracker, and the log of it as the product reads it. */
function open(options: KeitaroOptions & { pageSize?: number; maxRows?: number; timeoutMs?: number } = {}) {
  const tracker = startKeitaroStandIn(options);
  running.push(tracker);
  const waits: number[] = [];
  const outbound = createOutbound({ allowPrivate: true, refusalMs: 0 });
  const client = keitaroClient({
    outbound: (call) => outbound({ ...call, timeoutMs: options.timeoutMs ?? 5_000 }),
    pause: async (ms) => void waits.push(ms),
  });
  const log = keitaroLog(client, options);
  const access = { apiUrl: tracker.url, apiKey: tracker.apiKey };
  const hour = 3_600_000;
  const window = { from: new Date(Date.now() - 24 * hour), until: new Date(Date.now() + hour), dialect: null };
  return { tracker, client, log, access, waits, window };
}

describe("the address of a tracker", () => {
  test("is found in whatever was copied from a browser", () => {
    for (const [pasted, found] of [
      ["https://tracker.example/admin/#!/campaigns/15", "https://tracker.example"],
      ["tracker.example", "https://tracker.example"],
      ["  http://tracker.example:8080/admin_api/v1/  ", "http://tracker.example:8080"],
      ["https://tracker.example/admin?x=1", "https://tracker.example"],
      ["https://Tracker.Example/keitaro/admin/", "https://tracker.example/keitaro"],
      ["<https://tracker.example/>", "https://tracker.example"],
      ["https://трекер.example/", "https://xn--e1aaowdh.example"],
      ["https://tracker.example/administration", "https://tracker.example/administration"],
    ] as const)
      expect([pasted, trackerAddressOf(pasted)]).toEqual([pasted, found]);
    for (const pasted of [
      "",
      "   ",
      "ftp://tracker.example",
      "https://user:pw@tracker.example",
      "no address",
      "https://",
    ])
      expect([pasted, trackerAddressOf(pasted)]).toEqual([pasted, null]);
  });
});

describe("a tracker's way to fail is told in one word", () => {
  for (const [fault, problem] of faultsWithProblems)
    test(`${typeof fault === "object" ? JSON.stringify(fault) : fault}: ${problem}`, async () => {
      const { tracker, log, access, window } = open({ timeoutMs: 150 });
      tracker.fail(fault);
      expect(await problemOf(log.check(access))).toBe(problem);
      expect(await problemOf(log.readLog(access, window))).toBe(problem);
    });

  test("a wrong key, a wrong path and a list that is none", async () => {
    const { tracker, log, access, window } = open();
    expect(await problemOf(log.check({ ...access, apiKey: "another" }))).toBe("key_refused");
    expect(await problemOf(log.check({ ...access, apiUrl: `${access.apiUrl}/elsewhere` }))).toBe("not_a_tracker");
    tracker.fail("not_json_list", 1);
    expect(await problemOf(log.readLog(access, window))).toBe("unreadable");
    await log.check(access);
  });

  test("nobody there, and an address that may not be called", async () => {
    const { tracker, log, access } = open();
    await tracker.stop();
    expect(await problemOf(log.check(access))).toBe("unreachable");
    expect(await problemOf(log.check({ ...access, apiUrl: "http://127.0.0.1:5432" }))).toBe("address_refused");
  });

  test("the key is in no error and in no log line", async () => {
    const { tracker, log, access, window } = open({ timeoutMs: 100 });
    const lines: string[] = [];
    const logger = createLogger(
      "debug",
      new Writable({
        write(chunk, _, done) {
          lines.push(String(chunk));
          done();
        },
      }),
    );
    for (const [fault] of faultsWithProblems) {
      tracker.fail(fault);
      const error = await log.readLog(access, window).catch((caught: unknown) => caught);
      lines.push(JSON.stringify(loggableError(error)), String((error as Error).stack), Bun.inspect(error));
      logger.error({ err: error }, "failed");
    }
    expect(lines.join("\n")).not.toContain(access.apiKey);
  });
});

describe("reading again", () => {
  test("helps over a tracker that stumbles, three tries in all", async () => {
    const { tracker, log, access, window, waits } = open();
    tracker.fail({ status: 502 }, 2);
    expect((await log.readLog(access, window)).rows).toEqual([]);
    expect(waits).toEqual([1_000, 4_000]);
    tracker.fail({ status: 503, retryAfterSec: 7 }, 3);
    expect(await problemOf(log.readLog(access, window))).toBe("failing");
    expect(waits.slice(2)).toEqual([7_000, 7_000]);
  });

  test("brings what a lost answer held", async () => {
    const { tracker, log, access, window } = open({ timeoutMs: 150 });
    await tracker.convert({ subid: "a" });
    tracker.fail("lost_answer", 1);
    expect((await log.readLog(access, window)).rows.map(({ subid }) => subid)).toEqual(["a"]);
  });

  test("is not done for a refusal, nor while a person waits", async () => {
    const { tracker, log, access, window, waits } = open();
    tracker.fail("no_licence");
    await problemOf(log.readLog(access, window));
    tracker.fail({ status: 502 });
    await problemOf(log.check(access));
    expect(waits).toEqual([]);
    expect(tracker.calls).toHaveLength(2);
  });

  test("never more than four calls at once reach one tracker", async () => {
    const { tracker, client, access } = open();
    tracker.fail({ slowMs: 20 });
    const call = { method: "GET", path: "/groups?type=campaigns" } as const;
    await Promise.all(Array.from({ length: 20 }, () => client.read(access, call)));
    expect(tracker.calls).toHaveLength(20);
    expect(tracker.mostAtOnce).toBe(4);
    expect(new Set(tracker.calls.map(({ userAgent }) => userAgent.split("/")[0]))).toEqual(new Set(["Switchboard"]));
  });
});

describe("the log", () => {
  test("comes whole, oldest first, over as many pages as it takes, even when pages are shorter than asked", async () => {
    for (const [pageSize, maxPage] of [
      [10, 10],
      [10, 7],
      [1_000, 1_000],
    ] as const) {
      const { tracker, log, access, window } = open({ pageSize, maxPage });
      tracker.load(
        Array.from({ length: 35 }, (_, n) => ({
          subid: `s${n}`,
          postbackAt: new Date(Date.now() - (35 - n) * 60_000),
        })),
      );
      const reading = await log.readLog(access, window);
      expect(reading.rows.map(({ subid }) => subid)).toEqual(Array.from({ length: 35 }, (_, n) => `s${n}`));
      expect(reading.isCut).toBe(false);
    }
  });

  test("ends with a build that knows no offset, and stops at what may be held in memory", async () => {
    const blind = open({ pageSize: 10, ignoresOffset: true });
    blind.tracker.load(Array.from({ length: 35 }, (_, n) => ({ subid: `s${n}` })));
    expect((await blind.log.readLog(blind.access, blind.window)).rows).toHaveLength(10);
    expect(blind.tracker.calls).toHaveLength(2);
    const small = open({ pageSize: 10, maxRows: 20 });
    small.tracker.load(Array.from({ length: 35 }, (_, n) => ({ subid: `s${n}` })));
    expect(await small.log.readLog(small.access, small.window)).toMatchObject({ isCut: true, rows: { length: 20 } });
  });

  test("is asked by the moment of the postback, in UTC, over clicks of two weeks", async () => {
    const { tracker, log, access } = open();
    const at = (text: string) => new Date(`2026-03-29T${text}Z`);
    tracker.load([
      { subid: "before", postbackAt: at("00:59:59") },
      { subid: "first", postbackAt: at("01:00:00"), clickedAt: new Date("2026-03-16T00:00:00Z") },
      { subid: "last", postbackAt: at("01:30:00") },
      { subid: "after", postbackAt: at("01:30:01") },
    ]);
    const { rows } = await log.readLog(access, { from: at("01:00:00"), until: at("01:30:00"), dialect: "new" });
    expect(rows.map(({ subid, at: moment }) => [subid, moment])).toEqual([
      ["first", "2026-03-29T01:00:00.000Z"],
      ["last", "2026-03-29T01:30:00.000Z"],
    ]);
  });

  test("is read in the older spelling where the newer is refused, which is found out once", async () => {
    const { tracker, log, access, window } = open({ dialect: "old" });
    tracker.load(Array.from({ length: 3 }, (_, n) => ({ subid: `s${n}` })));
    const reading = await log.readLog(access, window);
    expect(reading).toMatchObject({ dialect: "old", rows: { length: 3 } });
    expect(tracker.calls).toHaveLength(2);
    await log.readLog(access, { ...window, dialect: reading.dialect });
    expect(tracker.calls).toHaveLength(3);
    // After an upgrade the remembered spelling is the refused one.
    tracker.dialect = "new";
    expect(await log.readLog(access, { ...window, dialect: "old" })).toMatchObject({
      dialect: "new",
      rows: { length: 3 },
    });
  });

  test("says how far the tracker's clock is from ours", async () => {
    const { tracker, log, access, window } = open();
    tracker.clockAheadMs = -86_400_000;
    const { clockAheadMs } = await log.readLog(access, window);
    expect(Math.round((clockAheadMs ?? 0) / 60_000)).toBe(-24 * 60);
  });
});

describe("a row", () => {
  test("is read whatever types its values have", () => {
    const row = {
      conversion_id: 7,
      sub_id: "abc",
      tid: 12,
      status: "sale",
      original_status: null,
      revenue: 12.5,
      campaign_id: "15",
      stream_id: 5002,
      landing_id: 0,
      postback_datetime: "2026-01-01 10:00:00",
      sub_id_2: "x",
    };
    expect(readLogRow(row)).toMatchObject({
      trackerId: "7",
      tid: "12",
      revenue: "12.5",
      campaignId: "15",
      flowId: "5002",
      landingId: null,
      at: "2026-01-01T10:00:00.000Z",
      subIds: { "2": "x" },
      originalStatus: null,
    });
  });

  test("that names neither click nor transaction, no status or no moment is none", () => {
    const row = { sub_id: "a", tid: "t", status: "sale", postback_datetime: "2026-01-01 10:00:00" };
    expect(readLogRow(row)?.trackerId).toStartWith("x");
    expect(readLogRow({ ...row, conversion_id: "" })?.trackerId).toBe(readLogRow(row)?.trackerId ?? "");
    expect(readLogRow({ ...row, sub_id: "", tid: null })).toBeNull();
    expect(readLogRow({ ...row, status: "" })).toBeNull();
    expect(readLogRow({ ...row, postback_datetime: "0000-00-00 00:00:00" })).toBeNull();
    for (const odd of [{}, { sub_id: {} }, { sub_id: ["a"], status: true }]) expect(readLogRow(odd)).toBeNull();
  });

  test("has its moment in UTC unless it names a zone", () => {
    expect(readLogMoment("2026-07-01 12:00:00")).toBe("2026-07-01T12:00:00.000Z");
    expect(readLogMoment("2026-07-01T12:00:00+03:00")).toBe("2026-07-01T09:00:00.000Z");
    for (const text of ["", "yesterday", "2026-13-01 00:00:00", "1970-01-01 00:00:00", null, {}])
      expect(readLogMoment(text)).toBeNull();
  });
});
