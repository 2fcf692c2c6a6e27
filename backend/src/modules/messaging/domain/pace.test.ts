import { describe, expect, test } from "bun:test";
import { SlidingWindow, Pace as StrictPace } from "@sandbox/telegram/limits.ts";
import fc from "fast-check";
import { ChatPace, EvenPace, LearnedRate, publishedLimits } from "./pace.ts";

describe("the pace of a bot", () => {
  test("a strict server that forgives a sixth of a second never refuses, whatever the network adds up to 90 ms", () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ wake: fc.nat(40), way: fc.double({ min: 0, max: 90, noNaN: true }), idle: fc.nat(300) }), {
          minLength: 200,
          maxLength: 400,
        }),
        fc.constantFrom<[number, number]>([5, 5], [30, 5], [1000, 167]),
        (steps, [perSecond, tolerance]) => {
          const pace = new EvenPace(perSecond);
          // Delays in proportion to what the server forgives.
          const scale = (30 / perSecond) * (tolerance / 5);
          const arrivals: number[] = [];
          let now = 0;
          for (const { wake, way, idle } of steps) {
            // A timer that fires late, now and then a pause with nothing to send.
            now = pace.slotAt(now) + (wake > 30 ? wake : wake / 30) * scale + (idle > 295 ? idle * scale : 0);
            pace.take(now);
            arrivals.push(now + way * scale);
          }
          const server = new StrictPace(perSecond, tolerance);
          for (const at of arrivals.sort((a, b) => a - b)) {
            if (server.waitMs(at) > 0) return false;
            server.take(at, 1);
          }
          return true;
        },
      ),
      { numRuns: 200 },
    ));

  test("at least 99 % of the allowed rate is reached by timers that fire up to 20 ms late", () => {
    const pace = new EvenPace(30);
    let now = 0;
    let sent = 0;
    for (; now < 60_000; sent++) {
      now = pace.slotAt(now) + (sent % 21);
      pace.take(now);
    }
    expect(sent / 60).toBeGreaterThanOrEqual(0.99 * 30);
  });
});

describe("the learned rate", () => {
  const sendFor = (rate: LearnedRate, from: number, count: number, gapMs: number) => {
    for (let n = 0; n < count; n++) rate.recordSend(from + n * gapMs);
    return from + count * gapMs;
  };

  test("goes down when a 429 comes at full rate, and comes back within a minute or two", () => {
    const rate = new LearnedRate(30);
    const at = sendFor(rate, 0, 40, 33);
    expect(rate.recordFlood(at)).toBe(true);
    expect(rate.current(at)).toBeCloseTo(27.6);
    expect(rate.current(at + 20_000)).toBeGreaterThan(rate.current(at));
    expect(rate.current(at + 120_000)).toBe(30);
    expect(rate.learned(at + 120_000)).toBeNull();
  });

  test("that a former owner learned is regained as well", () => {
    const rate = new LearnedRate(30, 20, 1_000);
    expect(rate.current(1_000)).toBe(20);
    expect(rate.current(11_000)).toBeGreaterThan(20);
    expect(rate.current(400_000)).toBe(30);
  });

  test("is not touched by 429s that meet a lone message, so a storm of them costs no pace afterwards", () => {
    const rate = new LearnedRate(30);
    for (let at = 0; at < 60_000; at += 3_000) {
      rate.recordSend(at);
      expect(rate.recordFlood(at)).toBe(false);
    }
    expect(rate.current(60_000)).toBe(30);
  });

  test("settles near what the server allows, never above the published rate, never below five", () =>
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 30 }), (allowed) => {
        const rate = new LearnedRate(30);
        let now = 0;
        for (let round = 0; round < 40; round++) {
          const current = rate.current(now);
          expect(current).toBeLessThanOrEqual(30);
          expect(current).toBeGreaterThanOrEqual(5);
          now = sendFor(rate, now, Math.ceil(2 * current), 1000 / current);
          if (current > allowed) rate.recordFlood(now);
        }
        return rate.current(now) <= allowed * 1.1 + 1;
      }),
    ));
});

describe("the pace of a chat", () => {
  test("a group never gets more than 20 messages in any minute, however answers are delayed", () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ idle: fc.nat(30_000), way: fc.nat(2_000), answer: fc.nat(2_000) }), {
          minLength: 30,
          maxLength: 80,
        }),
        (steps) => {
          const pace = new ChatPace(false, publishedLimits);
          const server = new SlidingWindow(20, 60_000);
          let now = 0;
          for (const { idle, way, answer } of steps) {
            now = Math.max(now, pace.freeAt()) + (idle > 25_000 ? idle : 0);
            pace.fired(now);
            // One message of a chat is under way at a time.
            const arrival = now + way;
            if (server.waitMs(arrival, 1) > 0) return false;
            server.take(arrival, 1);
            now = arrival + answer;
            pace.answered(now);
          }
          return true;
        },
      ),
    ));

  test("a group's burst goes out at once and leaves no gap of half a minute behind", () => {
    const pace = new ChatPace(false, publishedLimits);
    const times: number[] = [];
    let now = 0;
    for (let n = 0; n < 60; n++) {
      now = Math.max(now, pace.freeAt());
      pace.fired(now);
      times.push(now);
    }
    expect(times[9]).toBe(9_000);
    const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(11_000);
    // Twenty a minute, no less.
    expect(times[59] ?? 0).toBeLessThanOrEqual(180_000);
  });

  test("a private chat gets one message a second", () => {
    const pace = new ChatPace(true, publishedLimits);
    pace.fired(500);
    expect(pace.freeAt()).toBe(1_500);
    pace.pauseUntil(9_000);
    expect(pace.freeAt()).toBe(9_000);
  });

  test("an album needs as many places as it has items", () => {
    const pace = new ChatPace(false, publishedLimits);
    for (let n = 0; n < 12; n++) pace.fired(n);
    expect(pace.freeAt(8)).toBeLessThan(20_000);
    expect(pace.freeAt(9)).toBeGreaterThanOrEqual(60_000);
  });

  test("what others sent before counts", () => {
    const pace = new ChatPace(false, publishedLimits);
    pace.remember(Array.from({ length: 20 }, (_, n) => n * 1_000));
    expect(pace.freeAt()).toBeGreaterThanOrEqual(60_000);
    expect(pace.drainMs(20_000, 1)).toBeGreaterThanOrEqual(40_000);
  });

  test("is forgotten only when a fresh start would know as much", () => {
    const pace = new ChatPace(false, publishedLimits);
    pace.fired(1_000);
    expect(pace.forgettableAt()).toBeGreaterThanOrEqual(61_000);
  });
});
