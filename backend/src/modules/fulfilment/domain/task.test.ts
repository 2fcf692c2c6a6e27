import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { nextSlot } from "./hour.ts";
import { proofLines, readResponse } from "./progress.ts";
import {
  actsOn,
  afterAnswer,
  afterFailure,
  answers,
  attemptsAtMost,
  type Held,
  isOpen,
  refusalOf,
  taskStates,
} from "./task.ts";

const now = new Date("2026-11-20T12:00:00Z");
const at = (ms: number) => new Date(now.getTime() + ms);
const held: Held = { state: "sent", attempts: 1, lease: 4, holder: "me", leaseUntil: at(1_000) };
const by = (over: Partial<Parameters<typeof refusalOf>[1]> = {}) => ({ holder: "me", named: 4, ...over });

describe("what a worker says of a task", () => {
  test("counts while it holds the lease, named or not", () => {
    expect(refusalOf(held, by(), now)).toBeNull();
    expect(refusalOf(held, by({ named: null }), now)).toBeNull();
    expect(refusalOf({ ...held, state: "processing" }, by(), now)).toBeNull();
  });

  test("is refused when it is another's, an earlier one's, or too late", () => {
    expect(refusalOf(held, by({ holder: "other" }), now)).toBe("lost");
    expect(refusalOf(held, by({ named: 3 }), now)).toBe("lost");
    expect(refusalOf(held, by({ named: 5 }), now)).toBe("lost");
    expect(refusalOf({ ...held, state: "created", leaseUntil: null }, by(), now)).toBe("lost");
    expect(refusalOf({ ...held, leaseUntil: now }, by(), now)).toBe("expired");
    for (const state of ["completed", "failed", "cancelled"] as const)
      expect(refusalOf({ ...held, state }, by(), now)).toBe("ended");
  });

  test("of what was pushed counts from whoever names its lease", () => {
    const pushed: Held = { ...held, holder: null };
    expect(refusalOf(pushed, by({ holder: "anybody" }), now)).toBeNull();
    expect(refusalOf(pushed, by({ named: null }), now)).toBe("lost");
    expect(refusalOf(pushed, by({ named: 3 }), now)).toBe("lost");
  });

  test("leads from a held task to a state, and a failure back into the queue until the last attempt", () => {
    expect(answers.map((answer) => afterAnswer(answer, 1, false))).toEqual(["processing", "completed", "created"]);
    expect(afterFailure(attemptsAtMost - 1, false)).toBe("created");
    expect(afterFailure(attemptsAtMost, false)).toBe("failed");
    expect(afterFailure(1, true)).toBe("failed");
  });
});

test("a member may do with a task what its state allows, and nothing with what was returned", () => {
  for (const state of taskStates) {
    const acts = actsOn({ state, deadlineAt: at(1), isReturned: false }, now);
    expect([state, acts]).toEqual([
      state,
      {
        retry: state === "failed",
        cancel: isOpen(state) || state === "failed",
        release: state === "sent" || state === "processing",
      },
    ]);
  }
  expect(actsOn({ state: "failed", deadlineAt: at(1), isReturned: true }, now)).toEqual({
    retry: false,
    cancel: false,
    release: false,
  });
  expect(actsOn({ state: "failed", deadlineAt: now, isReturned: false }, now).retry).toBe(false);
});

describe("the hour's limit", () => {
  test("is free below it, and otherwise names when the oldest that counts is an hour ago", () => {
    expect(nextSlot([], 2, now)).toBeNull();
    expect(nextSlot([at(-1_000)], 2, now)).toBeNull();
    expect(nextSlot([at(-1_000), at(-3_000)], 2, now)).toEqual(at(-3_000 + 3_600_000));
    expect(nextSlot([at(-3_600_000), at(-1_000)], 2, now)).toBeNull();
  });

  test("at the named moment the next one is allowed, and not before", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_599_999 }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 15 }),
        (ages, limit) => {
          const added = ages.map((age) => at(-age));
          const slot = nextSlot(added, limit, now);
          expect(slot === null).toBe(ages.length < limit);
          if (!slot) return;
          expect(nextSlot(added, limit, slot)).toBeNull();
          expect(nextSlot(added, limit, new Date(slot.getTime() - 1))).not.toBeNull();
        },
      ),
    );
  });
});

describe("what a worker brings", () => {
  test("is counts, and the rest is proof", () => {
    const read = readResponse({ views_added: 5, progress: 40, screenshot: "https://a.example/1.png", views: 3 });
    expect(read).toEqual({
      progress: { views_added: 5, progress: 40 },
      proof: { screenshot: "https://a.example/1.png", views: 3 },
    });
    expect(readResponse({}).proof).toBeNull();
  });

  test("is shown in lines; only https addresses can be opened, and nested things are left out", () => {
    expect(
      proofLines({
        shot: "https://a.example/1.png",
        note: "javascript:alert(1)",
        list: ["a", 2],
        deep: { x: 1 },
        no: null,
      }),
    ).toEqual([
      { name: "shot", text: "https://a.example/1.png", url: "https://a.example/1.png" },
      { name: "note", text: "javascript:alert(1)", url: null },
      { name: "list", text: "a", url: null },
      { name: "list", text: "2", url: null },
    ]);
    expect(
      proofLines(Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`k${n}`, "x".repeat(900)]))),
    ).toHaveLength(12);
  });
});
