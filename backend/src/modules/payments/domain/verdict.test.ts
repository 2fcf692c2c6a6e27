import { describe, expect, test } from "bun:test";
import { type InvoiceState, invoiceStates } from "@db/schema/payments.ts";
import fc from "fast-check";
import { type Asked, type Came, checkReasonOf } from "./verdict.ts";

const asked: Asked = {
  amount: "99.99",
  currency: "USD",
  state: "open",
  telegramId: 7,
  hasPerson: true,
  isSubscription: false,
  isStopped: false,
};
const came: Came = {
  amount: "99.99",
  currency: "USD",
  isAssetAccepted: true,
  isTest: false,
  account: "42",
  payerTelegramId: null,
  isRenewal: false,
};
const through = { isTest: false, account: "42" };
const reason = (over: Partial<Came> = {}, of: Partial<Asked> = {}) =>
  checkReasonOf({ ...came, ...over }, { ...asked, ...of }, through);

describe("money", () => {
  test("that is what was asked for waits for nobody, however its amount is written", () => {
    expect(reason()).toBeNull();
    expect(reason({ amount: "99.990" })).toBeNull();
    expect(reason({ payerTelegramId: 7 })).toBeNull();
    expect(checkReasonOf(came, asked, null)).toBeNull();
  });

  test.each([
    ["amount_differs", { amount: "99.98" }, {}],
    ["amount_differs", { amount: "100" }, {}],
    ["currency_differs", { currency: "EUR" }, {}],
    ["asset_not_accepted", { isAssetAccepted: false }, {}],
    ["other_person", { payerTelegramId: 8 }, {}],
    ["other_account", { account: "43" }, {}],
    ["test_payment", { isTest: true }, {}],
    ["unknown_invoice", {}, { hasPerson: false }],
    ["paid_twice", {}, { state: "paid" as InvoiceState }],
    ["paid_twice", { isRenewal: true }, { state: "paid" as InvoiceState }],
    ["late", { isRenewal: true }, { state: "paid" as InvoiceState, isSubscription: true, isStopped: true }],
    ["late", {}, { state: "expired" as InvoiceState }],
    ["late", {}, { state: "cancelled" as InvoiceState }],
    ["late", {}, { state: "failed" as InvoiceState }],
  ] as const)("waits as %s", (expected, over, of) => {
    expect(reason(over, of)).toBe(expected);
  });

  test("of no invoice of ours waits", () => {
    expect(checkReasonOf(came, null, through)).toBe("unknown_invoice");
  });

  test("of a test shop is taken where tests are wanted, and a further month of a subscription where there is one", () => {
    expect(checkReasonOf({ ...came, isTest: true }, asked, { ...through, isTest: true })).toBeNull();
    expect(reason({ isRenewal: true }, { state: "paid", isSubscription: true })).toBeNull();
  });

  test("is never taken for an order that is over, nor a second time, whatever else is right", () => {
    fc.assert(
      fc.property(fc.constantFrom(...invoiceStates), fc.boolean(), (state, isSubscription) => {
        const isTaken = reason({}, { state, isSubscription }) === null;
        expect(isTaken).toBe(state === "new" || state === "open");
      }),
    );
  });
});
