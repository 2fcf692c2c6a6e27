import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { afterAmbiguity, backOffMs, chatBackOff, laneBackOff, mayRepeat } from "./retry.ts";

describe("trying again", () => {
  test("what may not repeat is never sent a second time, whatever happened", () =>
    fc.assert(
      fc.property(fc.nat(10), fc.boolean(), (tries, isServerError) => {
        expect(afterAmbiguity({ mayRepeat: false, isIdempotent: false, tries, isServerError })).toBe("unknown");
      }),
    ));

  test("a lost answer allows one more copy, a server error a few more tries", () => {
    const after = (tries: number, isServerError: boolean) =>
      afterAmbiguity({ mayRepeat: true, isIdempotent: false, tries, isServerError });
    expect([1, 2, 3].map((tries) => after(tries, false))).toEqual(["again", "unknown", "unknown"]);
    expect([1, 4, 5].map((tries) => after(tries, true))).toEqual(["again", "again", "unknown"]);
  });

  test("an edit or a deletion is asked again whatever it belongs to, and never becomes unknown", () => {
    for (const isServerError of [true, false]) {
      const after = (tries: number) => afterAmbiguity({ mayRepeat: false, isIdempotent: true, tries, isServerError });
      expect([1, 4, 5].map(after)).toEqual(["again", "again", "give_up"]);
    }
  });

  test("service messages and alerts may repeat, sequences and broadcasts may not", () => {
    expect([0, 1, 2, 3].map(mayRepeat)).toEqual([true, true, false, false]);
  });

  test("pauses grow, stay within their bounds, and a lane asks at most twice a second", () =>
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        for (const backOff of [chatBackOff, laneBackOff]) {
          const ms = backOffMs(backOff, failures, random);
          expect(ms).toBeGreaterThanOrEqual(backOff.firstMs);
          expect(ms).toBeLessThanOrEqual(backOff.mostMs);
        }
        expect(backOffMs(laneBackOff, failures, random)).toBeGreaterThanOrEqual(500);
      }),
    ));
});
