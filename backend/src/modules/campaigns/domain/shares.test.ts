import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  difference,
  isActive,
  isSame,
  mergeChoice,
  problemsOf,
  type Rebalanced,
  rebalance,
  replaceRow,
  type ShareChange,
  type ShareRow,
  totalOf,
} from "./shares.ts";

const row = (id: string, share: number, more: Partial<ShareRow> = {}): ShareRow => ({
  id,
  share,
  state: "active",
  isPinned: false,
  ...more,
});
const shares = (result: Rebalanced) =>
  result.ok ? result.rows.map(({ id, share }) => `${id} ${share}`).join(", ") : result;

describe("shares after a change", () => {
  const three = [row("a", 40), row("b", 30), row("c", 30)];

  test("a set share is taken and the others settle; what does not divide goes to the first", () => {
    expect(shares(rebalance(three, { kind: "set", id: "a", share: 55 }))).toBe("a 55, b 23, c 22");
    expect(shares(rebalance(three, { kind: "set", id: "c", share: 1 }))).toBe("a 50, b 49, c 1");
  });

  test("pinned rows stay, whatever the others do", () => {
    const pinned = [row("a", 40), row("b", 30, { isPinned: true }), row("c", 30)];
    expect(shares(rebalance(pinned, { kind: "set", id: "a", share: 55 }))).toBe("a 55, b 30, c 15");
    expect(shares(rebalance(pinned, { kind: "add", ids: ["d"] }))).toBe("a 24, b 30, c 23, d 23");
    expect(rebalance(pinned, { kind: "set", id: "b", share: 31 })).toEqual({
      ok: false,
      problem: "row_is_pinned",
      nearest: null,
    });
  });

  test("an added row comes with its even share, once, and one that is there already changes nothing", () => {
    expect(shares(rebalance(three, { kind: "add", ids: ["d", "d", "a"] }))).toBe("a 25, b 25, c 25, d 25");
    expect(shares(rebalance(three, { kind: "add", ids: ["a"] }))).toBe("a 40, b 30, c 30");
    expect(shares(rebalance([], { kind: "add", ids: ["x", "y", "z"] }))).toBe("x 34, y 33, z 33");
  });

  test("a removed row leaves its share to the rest, and the last one may go", () => {
    expect(shares(rebalance(three, { kind: "remove", id: "a" }))).toBe("b 50, c 50");
    expect(rebalance([row("a", 100)], { kind: "remove", id: "a" })).toEqual({ ok: true, rows: [] });
    expect(rebalance(three, { kind: "remove", id: "x" })).toMatchObject({ problem: "no_such_row" });
  });

  test("rows in another state are out of the sum and stay as they are", () => {
    const mixed = [row("a", 60), row("b", 70, { state: "disabled" }), row("c", 40), row("d", 5, { state: "frozen" })];
    expect(shares(rebalance(mixed, { kind: "set", id: "a", share: 10 }))).toBe("a 10, b 70, c 90, d 5");
    expect(shares(rebalance(mixed, { kind: "remove", id: "b" }))).toBe("a 60, c 40, d 5");
    expect(rebalance(mixed, { kind: "set", id: "b", share: 10 })).toMatchObject({ problem: "row_is_off" });
    expect(shares(rebalance(mixed, { kind: "switch", id: "b", isActive: true }))).toBe("a 34, b 33, c 33, d 5");
    expect(rebalance(mixed, { kind: "switch", id: "d", isActive: false })).toEqual({ ok: true, rows: mixed });
    const off = rebalance(mixed, { kind: "switch", id: "a", isActive: false });
    expect(off).toMatchObject({ ok: true, rows: [{ share: 60, state: "disabled" }, {}, { share: 100 }, {}] });
  });

  test("a pin alone changes no share, and neither does a share that is there already", () => {
    const odd = [row("a", 50), row("b", 20)];
    expect(rebalance(odd, { kind: "pin", id: "a", isPinned: true })).toEqual({
      ok: true,
      rows: [row("a", 50, { isPinned: true }), row("b", 20)],
    });
    expect(shares(rebalance(three, { kind: "set", id: "a", share: 40 }))).toBe("a 40, b 30, c 30");
    // Where the sum is not 100, asking for the same share is an edit like any other.
    expect(shares(rebalance(odd, { kind: "set", id: "a", share: 50 }))).toBe("a 50, b 50");
  });

  test("assigned shares are taken together, beside pinned rows and rows that are off", () => {
    const mixed = [row("a", 40), row("b", 30, { isPinned: true }), row("c", 30), row("off", 9, { state: "disabled" })];
    const assign = (shares: Record<string, number>, rows: ShareRow[] = mixed) =>
      rebalance(rows, { kind: "assign", shares: Object.entries(shares).map(([id, share]) => ({ id, share })) });
    const refusal = (...given: Parameters<typeof assign>) => {
      const result = assign(...given);
      return result.ok ? "ok" : result.problem;
    };
    expect(shares(assign({ a: 55, c: 15 }))).toBe("a 55, b 30, c 15, off 9");
    expect(shares(assign({ a: 55, b: 30, c: 15, off: 9 }))).toBe("a 55, b 30, c 15, off 9");
    expect(refusal({ a: 55, b: 15 })).toBe("row_is_pinned");
    expect(refusal({ a: 40, off: 10 })).toBe("row_is_off");
    expect(refusal({ a: 70, c: 0 })).toBe("no_room_for_minimum");
    expect(refusal({ a: 55 })).toBe("sum_not_100");
    expect(refusal({ x: 55 })).toBe("no_such_row");
    // Shares of a tracker that are no whole percents come to 100 here, and are not what we write.
    expect(refusal({ a: 34 }, [row("a", 30), row("b", 32.5), row("c", 33.5)])).toBe("sum_not_100");
    expect(shares(assign({ a: 70, b: 30 }, [row("a", 40), row("b", 60), row("c", 0)]))).toBe("a 70, b 30, c 0");
  });

  test("impossible asks are answered with the reason and the nearest share", () => {
    const ask = (rows: ShareRow[], change: ShareChange) => {
      const result = rebalance(rows, change);
      return result.ok ? "ok" : `${result.problem} ${result.nearest}`;
    };
    expect(ask(three, { kind: "set", id: "a", share: 99 })).toBe("no_room_for_minimum 98");
    expect(ask(three, { kind: "set", id: "a", share: 0 })).toBe("no_room_for_minimum 1");
    const lone = [row("a", 40, { isPinned: true }), row("b", 60)];
    expect(ask(lone, { kind: "set", id: "b", share: 70 })).toBe("others_are_pinned 60");
    expect(ask(lone, { kind: "remove", id: "b" })).toBe("others_are_pinned null");
    const full = [row("a", 100, { isPinned: true })];
    expect(ask(full, { kind: "add", ids: ["b"] })).toBe("no_room_for_minimum null");
    const over = [row("a", 70, { isPinned: true }), row("b", 60, { isPinned: true }), row("c", 10)];
    expect(ask(over, { kind: "set", id: "c", share: 5 })).toBe("pinned_exceed_total null");
    expect(ask(over, { kind: "even" })).toBe("pinned_exceed_total null");
    const many = Array.from({ length: 101 }, (_, n) => row(String(n), 1));
    expect(ask(many, { kind: "even" })).toBe("no_room_for_minimum null");
    expect(ask(many.slice(1), { kind: "even" })).toBe("ok");
  });

  test("a pin on a share that is no whole percent holds nothing", () => {
    expect(shares(rebalance([row("a", 33.5, { isPinned: true }), row("b", 66.5)], { kind: "even" }))).toBe(
      "a 50, b 50",
    );
  });
});

// ── Any edits of any flow ───────────────────────────────────────────────────────────────────────────────────────────

const ids = ["a", "b", "c", "d", "e", "f"];
const anyId = fc.constantFrom(...ids);
const anyRows = fc.uniqueArray(
  fc.record({
    id: anyId,
    share: fc.oneof(fc.integer({ min: -5, max: 130 }), fc.constantFrom(0.5, 33.3)),
    state: fc.constantFrom("active", "active", "active", "disabled", "deleted"),
    isPinned: fc.boolean(),
  }),
  { selector: ({ id }) => id },
);
const anyChange: fc.Arbitrary<ShareChange> = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), ids: fc.array(anyId, { minLength: 1, maxLength: 3 }) }),
  fc.record({ kind: fc.constant("remove" as const), id: anyId }),
  fc.record({ kind: fc.constant("set" as const), id: anyId, share: fc.integer({ min: 0, max: 100 }) }),
  fc.record({
    kind: fc.constant("assign" as const),
    shares: fc.array(fc.record({ id: anyId, share: fc.integer({ min: 0, max: 100 }) }), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constant("pin" as const), id: anyId, isPinned: fc.boolean() }),
  fc.record({ kind: fc.constant("switch" as const), id: anyId, isActive: fc.boolean() }),
  fc.record({ kind: fc.constant("even" as const) }),
);
const seed = 20_261_126;

describe("properties of any edits", () => {
  test("once the sum is 100 no sequence of edits breaks it, moves a pin, or touches a row that is off", () => {
    fc.assert(
      fc.property(anyRows, fc.array(anyChange, { maxLength: 25 }), (start, changes) => {
        let rows: ShareRow[] = start;
        let isSound = problemsOf(rows).length === 0;
        for (const change of changes) {
          const before = structuredClone(rows);
          const result = rebalance(rows, change);
          expect(rows).toEqual(before);
          if (!result.ok) continue;
          for (const was of rows) {
            const is = result.rows.find(({ id }) => id === was.id);
            if (!is) continue;
            const isHeld = was.isPinned && Number.isInteger(was.share) && was.share >= 0;
            if (isHeld || !isActive(is)) expect(is.share).toBe(was.share);
          }
          rows = result.rows;
          // A pin of a share below 1, or a switch that brings one back, is the person's own doing.
          const arePinsSound = rows.every((one) => !one.isPinned || !isActive(one) || one.share >= 1);
          isSound = arePinsSound && (isSound || change.kind === "even");
          if (isSound && rows.some(isActive)) {
            expect(totalOf(rows)).toBe(100);
            expect(problemsOf(rows)).toEqual([]);
          }
        }
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test("whatever is evened differs by one at most, the larger ones first", () => {
    fc.assert(
      fc.property(anyRows, (start) => {
        const result = rebalance(start, { kind: "even" });
        if (!result.ok) return;
        const isHeld = (one: ShareRow) => one.isPinned && Number.isInteger(one.share) && one.share >= 0;
        const before = new Map(start.map((one) => [one.id, one]));
        const free = result.rows.filter((one) => isActive(one) && !isHeld(before.get(one.id) ?? one));
        const parts = free.map(({ share }) => share);
        expect(parts).toEqual([...parts].sort((one, other) => other - one));
        if (parts.length > 0) expect((parts[0] ?? 0) - (parts.at(-1) ?? 0)).toBeLessThanOrEqual(1);
      }),
      { seed, numRuns: 2_000 },
    );
  });

  test("shares are assigned as they are asked for or not at all, and what comes of it sums to 100", () => {
    const asked = fc.uniqueArray(fc.record({ id: anyId, share: fc.integer({ min: 0, max: 100 }) }), {
      selector: ({ id }) => id,
    });
    fc.assert(
      fc.property(anyRows, asked, fc.boolean(), (rows, given, isComplete) => {
        // Chance alone hardly ever comes to 100.
        const rest = 100 - given.slice(1).reduce((sum, { share }) => sum + share, 0);
        const wanted = isComplete ? given.map((one, n) => (n === 0 ? { ...one, share: rest } : one)) : given;
        const result = rebalance(rows, { kind: "assign", shares: wanted });
        if (!result.ok) return expect(result.nearest).toBeNull();
        expect(totalOf(result.rows)).toBe(100);
        expect(problemsOf(result.rows)).not.toContain("not_whole");
        for (const [n, was] of rows.entries()) {
          const share = wanted.find(({ id }) => id === was.id)?.share ?? was.share;
          expect(result.rows[n]).toEqual({ ...was, share });
          if (share === was.share) continue;
          expect([was.isPinned, isActive(was)]).toEqual([false, true]);
          expect(share).toBeGreaterThanOrEqual(1);
        }
      }),
      { seed, numRuns: 5_000 },
    );
  });

  test("the nearest share that a refusal names is taken, and none between it and the asked one would be", () => {
    fc.assert(
      fc.property(anyRows, anyId, fc.integer({ min: 0, max: 100 }), (rows, id, share) => {
        const result = rebalance(rows, { kind: "set", id, share });
        if (result.ok) {
          expect(result.rows.find((one) => one.id === id)?.share).toBe(share);
          return;
        }
        const isPossible = (n: number) => rebalance(rows, { kind: "set", id, share: n }).ok;
        const possible = Array.from({ length: 101 }, (_, n) => n).filter(isPossible);
        const distance = (n: number) => Math.abs(n - share);
        const nearest = possible.sort((one, other) => distance(one) - distance(other))[0] ?? null;
        expect(result.nearest).toBe(nearest);
      }),
      { seed, numRuns: 1_000 },
    );
  });
});

describe("two versions of a flow", () => {
  const ours = [row("a", 55), row("b", 25, { isPinned: true }), row("new", 20)];
  const theirs = [row("a", 40), row("b", 25), row("gone", 35), row("off", 9, { state: "disabled" })];

  test("differ by what was added, removed or changed; pins and order are no difference", () => {
    expect(difference(ours, theirs).map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      "changed a",
      "added new",
      "removed gone",
      "removed off",
    ]);
    expect(isSame(ours, [...ours].reverse())).toBeTrue();
    expect(difference([row("a", 1)], [row("a", 1, { state: "disabled" })])).toHaveLength(1);
  });

  test("are merged row by row: ours where it was chosen, theirs elsewhere, pins ours", () => {
    const merged = mergeChoice(ours, theirs, new Set(["a", "gone", "new"]));
    expect(merged).toEqual([
      row("a", 55),
      row("b", 25, { isPinned: true }),
      row("off", 9, { state: "disabled" }),
      row("new", 20),
    ]);
    expect(isSame(mergeChoice(ours, theirs, new Set()), theirs)).toBeTrue();
    const all = new Set(difference(ours, theirs).map(({ id }) => id));
    expect(isSame(mergeChoice(ours, theirs, all), ours)).toBeTrue();
  });

  test("all of ours or all of theirs is what comes of choosing one side, whatever the versions are", () => {
    fc.assert(
      fc.property(anyRows, anyRows, (one, other) => {
        expect(isSame(mergeChoice(one, other, new Set()), other)).toBeTrue();
        expect(isSame(mergeChoice(one, other, new Set(ids)), one)).toBeTrue();
      }),
      { seed },
    );
  });
});

describe("a row in the place of another", () => {
  test("takes its share, state and pin, and is refused where it stands already", () => {
    const rows = [row("a", 60, { isPinned: true }), row("b", 40)];
    expect(replaceRow(rows, "a", "x")).toEqual([row("x", 60, { isPinned: true }), row("b", 40)]);
    expect(replaceRow(rows, "a", "b")).toBeNull();
    expect(replaceRow(rows, "x", "y")).toBeNull();
  });
});

describe("what a flow breaks", () => {
  test("is named, and no rows at all break nothing", () => {
    expect(problemsOf([])).toEqual([]);
    expect(problemsOf([row("a", 50), row("b", 50)])).toEqual([]);
    expect(problemsOf([row("a", 50), row("b", 30)])).toEqual(["sum_not_100"]);
    expect(problemsOf([row("a", 100), row("b", 0)])).toEqual(["below_minimum"]);
    expect(problemsOf([row("a", 66.5), row("b", 33.5)])).toEqual(["not_whole"]);
    expect(problemsOf([row("a", 100, { state: "disabled" })])).toEqual(["none_active"]);
  });
});
