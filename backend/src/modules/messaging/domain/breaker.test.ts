import { describe, expect, test } from "bun:test";
import { Breaker } from "./breaker.ts";

describe("a lane that holds still", () => {
  test("rests longer with every failure, at most five seconds, and asks before it sends", () => {
    const breaker = new Breaker();
    const pauses: number[] = [];
    let now = 0;
    for (let n = 0; n < 8; n++) {
      const ms = breaker.rest(now, 0.999) ?? 0;
      expect(breaker.rest(now, 0.5)).toBeNull();
      expect(breaker.mustAsk).toBe(true);
      pauses.push(ms);
      now += ms;
      breaker.asked();
    }
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(5_000);
    expect(breaker.isProbing).toBe(true);
    breaker.succeed();
    expect(breaker.isProbing).toBe(false);
    expect(breaker.rest(now, 0)).toBe(600);
  });

  test("calls it a storm after three unknown outcomes in a row, not after three in all", () => {
    const breaker = new Breaker();
    expect([breaker.doubt(), breaker.doubt()]).toEqual([false, false]);
    breaker.succeed();
    expect([breaker.doubt(), breaker.doubt(), breaker.doubt()]).toEqual([false, false, true]);
  });

  test("takes a 429 for the bot's, and for a chat's only when others got through meanwhile", () => {
    const breaker = new Breaker();
    expect(breaker.floodOf("a")).toBe("bot");
    expect(breaker.floodOf("a")).toBe("bot");
    breaker.succeed();
    expect(breaker.floodOf("b")).toBe("bot");
    breaker.succeed();
    expect(breaker.floodOf("b")).toBe("chat");
  });

  test("a longer pause is never shortened by a shorter one, only ended by somebody", () => {
    const breaker = new Breaker();
    breaker.wait(35_000);
    breaker.pauseUntil(1_000);
    expect(breaker.isHolding(34_999)).toBe(true);
    breaker.resume();
    expect(breaker.isHolding(0)).toBe(false);
  });
});
