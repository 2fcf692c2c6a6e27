import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { driftAfter, pinsAfter, sameParts } from "./drift.ts";

const row = (id: string, share: number, state = "active") => ({ id, share, state });
const parts = (...offers: ReturnType<typeof row>[]) => ({ offers, landings: [] });
const now = new Date("2026-03-01T10:00:00Z");
const later = new Date("2026-03-01T11:00:00Z");

describe("what a flow became behind our backs", () => {
  test("is nothing where the same rows come in another order", () => {
    const before = parts(row("1", 60), row("2", 40));
    expect(driftAfter(before, null, parts(row("2", 40), row("1", 60)), now)).toBeNull();
  });

  test("is told by a share, a state, a row more and a row less, of offers and of landings", () => {
    const before = { offers: [row("1", 60), row("2", 40)], landings: [row("9", 100)] };
    for (const after of [
      { ...before, offers: [row("1", 50), row("2", 50)] },
      { ...before, offers: [row("1", 60), row("2", 40, "disabled")] },
      { ...before, offers: [row("1", 60), row("2", 40), row("3", 0)] },
      { ...before, offers: [row("1", 60)] },
      { ...before, landings: [row("8", 100)] },
    ])
      expect(driftAfter(before, null, after, now)).toEqual({ from: before, since: now });
  });

  test("keeps what people last knew through a second change, and ends when it is there again", () => {
    const known = parts(row("1", 60), row("2", 40));
    const first = driftAfter(known, null, parts(row("1", 100)), now);
    const second = driftAfter(parts(row("1", 100)), first, parts(row("1", 10), row("2", 90)), later);
    expect(second).toEqual({ from: known, since: now });
    expect(driftAfter(parts(row("1", 10), row("2", 90)), second, known, later)).toBeNull();
  });

  test("leaves pins to what is still in the flow", () => {
    expect(pinsAfter({ offers: ["1", "2"], landings: ["9"] }, parts(row("2", 100)))).toEqual({
      offers: ["2"],
      landings: [],
    });
  });

  test("is found whatever the order, and never in a copy", () => {
    const rows = fc.uniqueArray(
      fc.record({ id: fc.string(), share: fc.nat(100), state: fc.constantFrom("active", "disabled") }),
      { selector: ({ id }) => id, maxLength: 8 },
    );
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (offers, keys) => {
        const order = offers.map((offer) => ({ offer, key: keys.next().value }));
        const shuffled = order.toSorted((left, right) => left.key - right.key).map(({ offer }) => offer);
        expect(sameParts({ offers, landings: [] }, { offers: shuffled, landings: [] })).toBe(true);
        expect(sameParts({ offers, landings: [] }, { offers: [...offers, row("\0new", 1)], landings: [] })).toBe(false);
      }),
    );
  });
});
