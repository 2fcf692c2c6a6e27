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
  paidAt: null,
  activatedAt: null,
  isChecked: false,
  invoice: { state: "open" as const },
  entitlement: null,
};

describe("where an order stands", () => {
  test("is never paid before the server says so, whatever Telegram or the person says", () => {
    const invoice = fc.constantFrom("new", "open", "paid", "expired", "cancelled", "failed");
    fc.assert(
      fc.property(invoice, fc.boolean(), fc.integer({ min: 0, max: 2 ** 41 }), (state, hasGone, at) => {
        const stage = stageOf({ ...pending, invoice: { state: state as "open" } }, hasGone, at);
        expect(["preparing", "to_pay", "checking", "overdue"]).toContain(stage);
      }),
    );
  });

  test("leads from the invoice to the payment", () => {
    expect(stageOf({ ...pending, invoice: null }, false, now)).toBe("preparing");
    expect(stageOf({ ...pending, invoice: { state: "new" } }, false, now)).toBe("preparing");
    expect(stageOf(pending, false, now)).toBe("to_pay");
    expect(stageOf(pending, true, now)).toBe("checking");
    // The order ends with its invoice: the answer that says so is on its way.
    expect(stageOf({ ...pending, invoice: { state: "cancelled" } }, false, now)).toBe("checking");
    expect(stageOf(pending, false, Date.parse(expiresAt) + 1)).toBe("overdue");
  });

  test("without anything left to pay needs no invoice", () => {
    expect(stageOf({ ...pending, due: "0.00", invoice: null }, false, now)).toBe("activating");
  });

  test("says of a paid order whether it has begun, waits for somebody, or is over", () => {
    const paid = { ...pending, state: "paid" as const, paidAt: expiresAt, invoice: null };
    const began = (state: "active" | "expired", startsAt = "2026-03-01T11:00:00Z") => ({ state, startsAt });
    expect(stageOf(paid, true, now)).toBe("activating");
    expect(stageOf({ ...paid, activatedAt: expiresAt, entitlement: began("active") }, true, now)).toBe("active");
    expect(stageOf({ ...paid, activatedAt: expiresAt, entitlement: began("expired") }, true, now)).toBe("ended");
    expect(stageOf({ ...paid, state: "processing" }, true, now)).toBe("by_hand");
    // A renewal begins when what it prolongs has ended.
    const renewal = { ...paid, activatedAt: "2026-03-01T11:00:00Z", entitlement: began("active", expiresAt) };
    expect(stageOf(renewal, true, now)).toBe("next");
    expect(stageOf(renewal, true, Date.parse(expiresAt))).toBe("active");
    // What has just begun has, by whatever clock this device goes.
    expect(stageOf({ ...renewal, activatedAt: expiresAt }, true, now)).toBe("active");
    // A top-up gives no entitlement.
    expect(stageOf({ ...paid, state: "completed", activatedAt: expiresAt }, true, now)).toBe("active");
  });

  test("tells a payment that did not come about from a paid order that could not be carried out", () => {
    const failed = { ...pending, state: "failed" as const, invoice: { state: "cancelled" as const } };
    expect(stageOf(failed, false, now)).toBe("unpaid");
    expect(stageOf({ ...failed, paidAt: expiresAt }, false, now)).toBe("failed");
  });

  test("is not to be paid while a member looks at its money; what is paid goes on, whatever came besides", () => {
    for (const state of ["pending", "expired", "cancelled", "failed"] as const)
      expect(stageOf({ ...pending, state, isChecked: true }, false, now)).toBe("with_team");
    expect(stageOf({ ...pending, isChecked: true }, true, Date.parse(expiresAt) + 1)).toBe("with_team");
    const paid = { ...pending, state: "completed" as const, paidAt: expiresAt, activatedAt: expiresAt };
    expect(stageOf({ ...paid, isChecked: true }, false, now)).toBe("active");
  });

  test("is known for every state", () => {
    for (const state of orderStates) expect(stageOf({ ...pending, state }, false, now)).toBeString();
  });
});

test("time left is written as minutes and seconds, and is never less than nothing", () => {
  expect([3_600_000, 61_000, 400, 0, -5].map(clockOf)).toEqual(["60:00", "1:01", "0:01", "0:00", "0:00"]);
});
