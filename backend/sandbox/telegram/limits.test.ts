import { describe, expect, test } from "bun:test";
import { ApiFailure } from "./errors.ts";
import { BotMeter, Pace, SlidingWindow, STRICT_LIMITS } from "./limits.ts";

/** Seconds the meter asks to wait, 0 when it lets the call pass. */
function admit(meter: BotMeter, at: number, chatId: number, items = 1, isPaid = false): number {
  try {
    meter.admit(at, chatId, items, isPaid);
    meter.recordAccepted(at, chatId, items);
    return 0;
  } catch (cause) {
    if (cause instanceof ApiFailure) return cause.parameters?.retry_after ?? -1;
    throw cause;
  }
}

describe("pace of one bot", () => {
  test("lets exactly 30 messages a second pass for ever", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    for (let n = 0; n < 3000; n++) expect(admit(meter, (n * 1000) / 30, n + 1)).toBe(0);
    const { accepted, refused429, peakPerSecond } = meter.counters();
    expect([accepted, refused429]).toEqual([3000, 0]);
    expect(peakPerSecond).toBeLessThanOrEqual(31);
  });

  test("never lets more than 36 into any second", () => {
    const meter = new BotMeter({ ...STRICT_LIMITS, penaltyMs: 0, graceMs: Number.POSITIVE_INFINITY });
    for (let at = 0; at < 20_000; at += 5) admit(meter, at, at + 1);
    expect(meter.counters().peakPerSecond).toBeLessThanOrEqual(36);
    expect(meter.counters().refused429).toBeGreaterThan(0);
  });

  test("paid broadcast has its own pace of 1000 a second", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    for (let n = 0; n < 2000; n++) expect(admit(meter, n, n + 1, 1, true)).toBe(0);
  });
});

describe("pace of one chat", () => {
  test("a private chat takes two at once, then one a second", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    expect([admit(meter, 0, 7), admit(meter, 0, 7), admit(meter, 0, 7)]).toEqual([0, 0, 1]);
    expect([admit(meter, 1000, 7), admit(meter, 2000, 7)]).toEqual([0, 0]);
  });

  test("a group takes 20 in any minute and says when the next fits", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    for (let n = 0; n < 20; n++) expect(admit(meter, n * 100, -100)).toBe(0);
    expect(admit(meter, 10_000, -100)).toBe(50);
    expect(admit(meter, 60_000, -100)).toBe(0);
  });

  test("an album counts each of its items", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    expect(admit(meter, 0, -100, 10)).toBe(0);
    expect(admit(meter, 1000, -100, 10)).toBe(0);
    expect(admit(meter, 2000, -100, 1)).toBeGreaterThan(0);
    expect(admit(meter, 3000, 7, 5)).toBe(0);
    expect(admit(meter, 4000, 7, 1)).toBeGreaterThan(0);
  });

  test("one saturated chat does not hold up another", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    for (let n = 0; n < 3; n++) admit(meter, 0, 7);
    expect(admit(meter, 100, 8)).toBe(0);
  });
});

describe("a wait that was announced", () => {
  test("is prolonged and counted when a caller ignores it", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    for (let n = 0; n < 3; n++) admit(meter, 0, 7);
    expect(admit(meter, 500, 7)).toBe(2);
    expect(meter.counters().ignoredWaits).toBe(1);
    expect(admit(meter, 1999, 7)).toBeGreaterThan(0);
    expect(meter.counters().ignoredWaits).toBe(2);
  });

  test("does not blame calls that were already on their way", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    for (let n = 0; n < 4; n++) admit(meter, 0, 7);
    expect(meter.counters()).toMatchObject({ refused429: 2, ignoredWaits: 0 });
    expect(admit(meter, 1000, 7)).toBe(0);
  });

  test("a scripted flood holds the whole bot, or only the chat it names", () => {
    const meter = new BotMeter(STRICT_LIMITS);
    expect(() => meter.flood(0, 5000, 7)).toThrow("Too Many Requests: retry after 5");
    expect(admit(meter, 100, 8)).toBe(0);
    expect(() => meter.flood(200, 3000)).toThrow();
    expect(admit(meter, 250, 9)).toBe(3);
    expect(admit(meter, 3200, 9)).toBe(0);
  });
});

test("a pace knows how long the next call has to wait", () => {
  const pace = new Pace(10, 0);
  pace.take(0, 3);
  expect(pace.waitMs(0)).toBe(300);
  expect(pace.waitMs(300)).toBe(0);
});

test("a window forgets what is older than itself", () => {
  const window = new SlidingWindow(2, 1000);
  window.take(0, 2);
  expect(window.waitMs(500, 1)).toBe(500);
  expect(window.waitMs(1000, 2)).toBe(0);
  expect(window.peak).toBe(2);
});
