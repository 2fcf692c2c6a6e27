import { describe, expect, test } from "bun:test";
import { failAt, judge, retryDelaysMs } from "./retry-plan.ts";

describe("a call", () => {
  test("is delivered by any 2xx, and by nothing else", () => {
    for (const status of [200, 201, 204, 299]) expect(judge(status, 1, null)).toEqual({ kind: "delivered" });
    for (const status of [199, 301, 302, 304, 400, 404, 500, null]) expect(judge(status, 1, null).kind).toBe("again");
  });

  test("is tried from five seconds on for about a day, then given up", () => {
    expect(judge(500, 1, null)).toEqual({ kind: "again", afterMs: 5_000 });
    const hours = retryDelaysMs.reduce((sum: number, ms) => sum + ms, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
    expect(judge(500, retryDelaysMs.length, null).kind).toBe("again");
    expect(judge(500, retryDelaysMs.length + 1, null)).toEqual({ kind: "given_up" });
  });

  test("is not made again where nobody lives any more", () => {
    expect(judge(410, 1, null)).toEqual({ kind: "gone" });
  });

  test("waits as long as a busy receiver asks, within an hour", () => {
    expect(judge(429, 1, 60_000)).toEqual({ kind: "again", afterMs: 60_000 });
    expect(judge(503, 1, 86_400_000)).toEqual({ kind: "again", afterMs: 3_600_000 });
    expect(judge(500, 1, 60_000)).toEqual({ kind: "again", afterMs: 5_000 });
  });
});

describe("an endpoint", () => {
  const start = new Date("2026-11-25T08:00:00Z");
  const at = (hours: number) => new Date(start.getTime() + hours * 3_600_000);

  test("is hopeless after five days of failures, not before", () => {
    expect(failAt({ since: start, last: at(110) }, at(119))).toEqual({ since: start, isHopeless: false });
    expect(failAt({ since: start, last: at(119) }, at(120))).toEqual({ since: start, isHopeless: true });
  });

  test("begins to fail anew after a silence, and when nothing is known of its last failure", () => {
    expect(failAt({ since: start, last: at(100) }, at(149))).toEqual({ since: at(149), isHopeless: false });
    expect(failAt({ since: start, last: null }, at(200))).toEqual({ since: at(200), isHopeless: false });
  });
});
