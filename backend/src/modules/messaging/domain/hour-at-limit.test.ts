import { test } from "bun:test";
import { SlidingWindow } from "@sandbox/telegram/limits.ts";
import fc from "fast-check";
import { foldAfterMs, planFold, type Waiting } from "./fold.ts";
import { ChatPace, publishedLimits } from "./pace.ts";

const hourMs = 3_600_000;

test("a group at its limit for an hour: none is lost, none is late by minutes, and a strict server never refuses", () =>
  fc.assert(
    fc.property(
      fc.record({
        everyMs: fc.integer({ min: 80, max: 3_500 }),
        sendMs: fc.integer({ min: 20, max: 900 }),
        topics: fc.integer({ min: 1, max: 4 }),
      }),
      ({ everyMs, sendMs, topics }) => {
        const pace = new ChatPace(false, publishedLimits);
        const server = new SlidingWindow(20, 60_000);
        const waiting: (Waiting & { at: number })[] = [];
        let [now, arrived, told, latest] = [0, 0, 0, 0];
        while (now < hourMs || waiting.length > 0) {
          for (let at = arrived * everyMs; at <= Math.min(now, hourMs); at = ++arrived * everyMs)
            waiting.push({ id: arrived, rank: 1, threadId: arrived % topics, foldKind: "alert", at });
          const [head] = waiting;
          const freeAt = Math.max(now, pace.freeAt());
          if (!head || freeAt > now) {
            now = head ? freeAt : arrived * everyMs;
            continue;
          }
          // As the lane does: what takes too long one by one goes as one.
          const plan = pace.drainMs(now, waiting.length) > foldAfterMs ? planFold(waiting) : null;
          const ids = new Set(plan ? [plan.leader, ...plan.members] : [head.id]);
          for (const one of waiting.filter(({ id }) => ids.has(id))) latest = Math.max(latest, now - one.at);
          told += ids.size;
          waiting.splice(0, waiting.length, ...waiting.filter(({ id }) => !ids.has(id)));
          pace.fired(now);
          if (server.waitMs(now, 1) > 0) return false;
          server.take(now, 1);
          now += sendMs;
          pace.answered(now);
        }
        return told === arrived && latest <= 60_000;
      },
    ),
    { numRuns: 60 },
  ));
