import { describe, expect, test } from "bun:test";
import { orderStates } from "@db/schema/shop.ts";
import fc from "fast-check";
import { mayMove, type OrderState } from "./order.ts";

const anyState = fc.constantFrom(...orderStates);

describe("the machine of orders", () => {
  test("nothing leads back to waiting, and nothing out of a refund", () => {
    for (const state of orderStates)
      for (const isPaid of [false, true]) {
        expect([state, mayMove({ state, isPaid }, "pending")]).toEqual([state, false]);
        expect([state, mayMove({ state: "refunded", isPaid }, state)]).toEqual([state, false]);
      }
  });

  test("whatever steps are tried, an order is paid at most once and refunded only when it was paid", () => {
    fc.assert(
      fc.property(fc.array(anyState, { maxLength: 60 }), (tried) => {
        let at: { state: OrderState; isPaid: boolean } = { state: "pending", isPaid: false };
        let paid = 0;
        for (const to of tried) {
          if (!mayMove(at, to)) continue;
          if (to === "paid") paid += 1;
          if (to === "refunded") expect(at.isPaid).toBe(true);
          at = { state: to, isPaid: at.isPaid || to === "paid" };
          expect(["processing", "completed", "refunded"].includes(to) && !at.isPaid).toBe(false);
        }
        expect(paid).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("money that came late may pay what ended unpaid, but not what failed after it was paid", () => {
    for (const state of ["expired", "cancelled", "failed"] as const) {
      expect([state, mayMove({ state, isPaid: false }, "paid")]).toEqual([state, true]);
      expect([state, mayMove({ state, isPaid: true }, "paid")]).toEqual([state, false]);
    }
  });
});
