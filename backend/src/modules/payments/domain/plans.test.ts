import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nextAsk, nextMake, nextRefundStep } from "./plans.ts";

const start = new Date("2026-11-26T10:00:00Z");
const minutes = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 60_000;

/** All looks at an invoice that nobody pays, each made as late as `lateMs` after its time. */
function looks(expiresAt: Date, lateMs: number): Date[] {
  const all: Date[] = [];
  let now = start;
  for (let asked = 0; asked < 1_000; asked++) {
    const next = nextAsk({ expiresAt }, asked, now);
    if (next === null) return all;
    all.push(next);
    now = new Date(next.getTime() + lateMs);
  }
  throw new Error("it is asked about for ever");
}

describe("an invoice that no webhook tells of", () => {
  test("is looked at every three minutes at least until an hour after it expired, then daily for three days", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 * 60 }), fc.integer({ min: 0, max: 60_000 }), (lifeMin, lateMs) => {
        const expiresAt = new Date(start.getTime() + lifeMin * 60_000);
        const all = looks(expiresAt, lateMs);
        const near = all.filter((at) => minutes(expiresAt, at) <= 60);
        let before = start;
        for (const at of near) {
          expect(minutes(before, at)).toBeLessThanOrEqual(4);
          before = at;
        }
        expect(minutes(before, new Date(expiresAt.getTime() + 3_600_000))).toBeLessThanOrEqual(4);
        expect(all.slice(near.length).map((at) => minutes(expiresAt, at) / 1_440)).toEqual([1, 2, 3]);
      }),
    );
  });

  test("that was forgotten for a week is looked at no more", () => {
    expect(nextAsk({ expiresAt: start }, 3, new Date("2026-12-04T00:00:00Z"))).toBeNull();
  });
});

test("an invoice is tried six times more within four minutes, then given up", () => {
  const pauses = [1, 2, 3, 4, 5, 6].map(nextMake);
  expect(pauses.every((pause) => pause !== null)).toBe(true);
  expect(pauses.reduce<number>((sum, pause) => sum + (pause ?? 0), 0)).toBeLessThanOrEqual(240_000);
  expect(nextMake(7)).toBeNull();
});

test("a refund is asked after for ever, at most an hour apart", () => {
  expect(nextRefundStep(1)).toBe(5_000);
  expect(nextRefundStep(400)).toBe(3_600_000);
});
