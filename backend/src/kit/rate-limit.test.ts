import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRateLimit } from "./rate-limit.ts";

describe("a limit per key", () => {
  test("lets the burst through, then one per interval, and says how long to wait", () => {
    const limit = createRateLimit({ perSecond: 10, burst: 3 });
    expect([1, 2, 3].map(() => limit.take("a", 1_000))).toEqual([0, 0, 0]);
    expect(limit.take("a", 1_000)).toBe(100);
    expect(limit.take("a", 1_100)).toBe(0);
    expect(limit.take("b", 1_100)).toBe(0);
  });
  test("never grants more than burst + rate × time, whenever calls come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }), (gaps) => {
        const limit = createRateLimit({ perSecond: 20, burst: 5 });
        let now = 5_000;
        let granted = 0;
        for (const gap of gaps) {
          now += gap;
          if (limit.take("k", now) === 0) granted++;
        }
        expect(granted).toBeLessThanOrEqual(5 + Math.ceil((now - 5_000) / 50));
      }),
    );
  });
  test("a flood of keys does not grow memory", () => {
    const limit = createRateLimit({ perSecond: 0.001, burst: 1, maxKeys: 100 });
    for (let i = 0; i < 10_000; i++) limit.take(`key ${i}`, 1_000);
    expect(limit.size).toBeLessThanOrEqual(100);
  });
});
