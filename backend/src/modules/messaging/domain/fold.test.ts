import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { planFold, type Waiting } from "./fold.ts";

const waiting = fc
  .array(
    fc.record({
      threadId: fc.constantFrom(null, 11, 12),
      rank: fc.constantFrom(0, 1),
      foldKind: fc.constantFrom(null, "conversion", "visit"),
    }),
    { maxLength: 30 },
  )
  .map((rows) => rows.map((row, n): Waiting => ({ id: n + 1, ...row })).sort((a, b) => a.rank - b.rank || a.id - b.id));

describe("folding", () => {
  test("takes only what is like the oldest: its kind, its topic, its rank", () =>
    fc.assert(
      fc.property(waiting, (rows) => {
        const plan = planFold(rows);
        if (!plan) return;
        const leader = rows[0];
        expect(plan.leader).toBe(leader?.id ?? 0);
        for (const id of plan.members) {
          const row = rows.find((one) => one.id === id);
          expect(row).toMatchObject({ threadId: leader?.threadId, foldKind: leader?.foldKind, rank: leader?.rank });
        }
      }),
    ));

  test("never lets a message be overtaken that must go out as itself in the same topic", () =>
    fc.assert(
      fc.property(waiting, (rows) => {
        const plan = planFold(rows);
        if (!plan) return;
        const last = rows.findIndex(({ id }) => id === plan.members.at(-1));
        const between = rows.slice(1, last).filter(({ threadId }) => threadId === rows[0]?.threadId);
        expect(between.every(({ foldKind }) => foldKind === rows[0]?.foldKind)).toBe(true);
      }),
    ));

  test("leaves alone what is alone, or must go out as itself", () => {
    const one: Waiting = { id: 1, rank: 1, threadId: null, foldKind: "conversion" };
    expect(planFold([])).toBeNull();
    expect(planFold([one])).toBeNull();
    expect(
      planFold([
        { ...one, foldKind: null },
        { ...one, id: 2 },
      ]),
    ).toBeNull();
    expect(planFold([one, { ...one, id: 2 }])).toEqual({ leader: 1, members: [2] });
  });
});
