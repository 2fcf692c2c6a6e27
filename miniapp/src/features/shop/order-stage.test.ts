import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { clockOf, stageOf } from "./order-stage.ts";
import { orderStates } from "./order-words.ts";

const expiresAt = "2026-03-01T12:00:00Z";
const now = Date.parse("2026-03-01T11:30:00Z");
const pending = {
  state: "pending" as const,
  due: "99.99",
  expiresAt,
  activatedAt: null,
  invoice: { state: "open" as const },
  entitlement: null,
};

describe("where an order stands", () => {
  test("is never paid before the server says so, whatever Telegram or the person says", () => {
    const invoice = fc.constantFrom("new", "open", "paid", "expired", "cancelled", "failed");
    fc.assert(
      fc.property(invoice, fc.boolean(), fc.integer({ min: 0, max: 2 ** 41 }), (state, hasGone, at) => {
        const stage = stageOf({ ...pending, invoice: { state: state as "open" } }, hasGone, at);
        expect(["preparing", "to_pay", "checking", "overdue", "invoice_failed"]).toContain(stage);
      }),
    );
  });

  test("leads from the invoice to the payment", () => {
    expect(stageOf({ ...pending, invoice: null }, false, now)).toBe("preparing");
    expect(stageOf({ ...pending, invoice: { state: "new" } }, false, now)).toBe("preparing");
    expect(stageOf(pending, false, now)).toBe("to_pay");
    expect(stageOf(pending, true, now)).toBe("checking");
    expect(stageOf({ ...pending, invoice: { state: "failed" } }, true, now)).toBe("invoice_failed");
    expect(stageOf(pending, false, Date.parse(expiresAt) + 1)).toBe("overdue");
  });

  test("without anything left to pay needs no invoice", () => {
    expect(stageOf({ ...pending, due: "0.00", invoice: null }, false, now)).toBe("activating");
  });

  test("says of a paid order whether it has begun, waits for somebody, or is over", () => {
    const paid = { ...pending, state: "paid" as const, invoice: null };
    expect(stageOf(paid, true, now)).toBe("activating");
    expect(stageOf({ ...paid, activatedAt: expiresAt, entitlement: { state: "active" } }, true, now)).toBe("active");
    expect(stageOf({ ...paid, activatedAt: expiresAt, entitlement: { state: "expired" } }, true, now)).toBe("ended");
    expect(stageOf({ ...paid, state: "processing" }, true, now)).toBe("by_hand");
    // A top-up gives no entitlement.
    expect(stageOf({ ...paid, state: "completed", activatedAt: expiresAt }, true, now)).toBe("active");
  });

  test("is known for every state", () => {
    for (const state of orderStates) expect(stageOf({ ...pending, state }, false, now)).toBeString();
  });
});

test("time left is written as minutes and seconds, and is never less than nothing", () => {
  expect([3_600_000, 61_000, 400, 0, -5].map(clockOf)).toEqual(["60:00", "1:01", "0:01", "0:00", "0:00"]);
});
