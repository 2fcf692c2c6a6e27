import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { patienceMs, silentHours } from "./silence.ts";

const hour = 3_600_000;
const minute = 60_000;
const now = new Date("2026-11-21T12:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const every = (ms: number, times: number) => Array.from({ length: times }, () => ms);

describe("a connection", () => {
  test("that spoke every ten minutes is silent after three hours, not before", () => {
    const gapsMs = every(10 * minute, 50);
    expect(silentHours({ lastEventAt: ago(3 * hour - 1), gapsMs }, now)).toBeNull();
    expect(silentHours({ lastEventAt: ago(3 * hour), gapsMs }, now)).toBe(3);
  });

  test("that speaks every two hours may be quiet for ten", () => {
    const gapsMs = every(2 * hour, 50);
    expect(silentHours({ lastEventAt: ago(9 * hour), gapsMs }, now)).toBeNull();
    expect(silentHours({ lastEventAt: ago(10 * hour), gapsMs }, now)).toBe(10);
  });

  test("that sleeps eight hours every night is not reported every night", () => {
    const gapsMs = [...every(10 * minute, 200), ...every(8 * hour, 6)];
    expect(silentHours({ lastEventAt: ago(7 * hour), gapsMs }, now)).toBeNull();
    expect(silentHours({ lastEventAt: ago(8 * hour), gapsMs }, now)).toBe(8);
  });

  test("is not excused by one outage of days", () => {
    const gapsMs = [...every(10 * minute, 200), 48 * hour];
    expect(silentHours({ lastEventAt: ago(4 * hour), gapsMs }, now)).toBe(4);
  });

  test("without a habit cannot break it", () => {
    expect(silentHours({ lastEventAt: ago(1_000 * hour), gapsMs: every(minute, 3) }, now)).toBeNull();
  });

  test("may be given more patience by its people", () => {
    expect(silentHours({ lastEventAt: ago(5 * hour), gapsMs: every(minute, 50) }, now, 6)).toBeNull();
  });
});

test("patience is never below its least, nor below five usual pauses", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 30 * hour }), { minLength: 4, maxLength: 80 }), (gaps) => {
      const patience = patienceMs(gaps, 3 * hour) as number;
      const median = [...gaps].sort((a, b) => a - b)[Math.floor((gaps.length - 1) / 2)] as number;
      expect(patience).toBeGreaterThanOrEqual(3 * hour);
      expect(patience).toBeGreaterThanOrEqual(5 * median);
      expect(patienceMs([...gaps].reverse(), 3 * hour)).toBe(patience);
    }),
  );
});
