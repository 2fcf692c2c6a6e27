import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { blankFacts } from "./corpus.ts";
import { identityOf, judgeArrival, type KnownAmount } from "./identity.ts";
import type { ConversionFacts } from "./read-call.ts";
import { canonicalStatuses } from "./status-map.ts";

const facts = (some: Partial<ConversionFacts>): ConversionFacts => ({ ...blankFacts, ...some });
const keyOf = (some: Partial<ConversionFacts>) => identityOf(facts(some)).key;
const arrive = (from: [string | null, string | null], to: [string | null, string | null]) =>
  judgeArrival({ amount: from[0], currency: from[1] }, { amount: to[0], currency: to[1] }).kind;

describe("identity", () => {
  test("lead, sale and rejected of one click are three events", () => {
    const keys = (["lead", "sale", "rejected"] as const).map((status) => keyOf({ subid: "s", status }));
    expect(new Set(keys).size).toBe(3);
  });

  test("a rebill with its own transaction id is an event of its own; repeated, it is not", () => {
    expect(keyOf({ subid: "s", tid: "2", status: "sale" })).not.toBe(keyOf({ subid: "s", tid: "1", status: "sale" }));
    expect(keyOf({ subid: "s", tid: "2", status: "sale", amount: "9" })).toBe(
      keyOf({ subid: "s", tid: "2", status: "sale" }),
    );
  });

  test("ids compare as text", () => {
    expect(keyOf({ tid: "007" })).not.toBe(keyOf({ tid: "7" }));
    expect(keyOf({ tid: "A" })).not.toBe(keyOf({ tid: "a" }));
  });

  test("two words of one status are one event; two unknown words are two", () => {
    expect(keyOf({ subid: "s", status: "sale", rawStatus: "approved" })).toBe(
      keyOf({ subid: "s", status: "sale", rawStatus: "sale" }),
    );
    expect(keyOf({ subid: "s", rawStatus: "kyc" })).not.toBe(keyOf({ subid: "s", rawStatus: "call" }));
    expect(keyOf({ subid: "s", rawStatus: "KYC " })).toBe(keyOf({ subid: "s", rawStatus: "kyc" }));
  });

  test("without ids a call is known again that came before its flow was read apart", () => {
    // As it was computed when "stream_id" was one of the other parameters.
    const { flowId: _, ...then } = facts({ campaignName: "C", extra: { a: "1", stream_id: "5002" } });
    expect(keyOf({ campaignName: "C", flowId: "5002", extra: { a: "1" } })).toBe(
      identityOf({ ...then, flowId: null }).key,
    );
    expect(keyOf({ campaignName: "C", flowName: "AU mobile" })).toBe(keyOf({ campaignName: "C" }));
    expect(keyOf({ campaignName: "C" })).toBe("aHOtdj673y5mAsNyyzQ8goU8qd_q5AB-XuTEjB-Q6wA");
  });

  test("without ids everything that was said is the identity, in any order", () => {
    const one = keyOf({ campaignName: "C", amount: "5", extra: { a: "1", b: "2" } });
    expect(keyOf({ campaignName: "C", amount: "5", extra: { b: "2", a: "1" } })).toBe(one);
    expect(keyOf({ campaignName: "C", amount: "6", extra: { a: "1", b: "2" } })).not.toBe(one);
  });

  const id = fc.option(fc.string({ unit: fc.constantFrom("a", "b", ",", '"', "[", "0"), minLength: 1, maxLength: 4 }), {
    nil: null,
  });
  const anyFacts = fc.record({ subid: id, tid: id, status: fc.constantFrom(...canonicalStatuses), rawStatus: id });

  test("never doubles one event, never loses a change of id or status", () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, (left, right) => {
        fc.pre((left.subid ?? left.tid) !== null && (right.subid ?? right.tid) !== null);
        const word = (some: typeof left) =>
          some.status === "other" && some.rawStatus !== null ? `other ${some.rawStatus}` : some.status;
        const isSame = left.subid === right.subid && left.tid === right.tid && word(left) === word(right);
        expect(keyOf(left) === keyOf(right)).toBe(isSame);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("arrival", () => {
  test("the first is new", () => {
    expect(judgeArrival(null, { amount: null, currency: null })).toEqual({ kind: "new" });
  });

  test("a repeat with another payout is a correction and says both amounts", () => {
    expect(judgeArrival({ amount: "250.79", currency: "USD" }, { amount: "251.04", currency: "USD" })).toEqual({
      kind: "correction",
      from: { amount: "250.79", currency: "USD" },
      to: { amount: "251.04", currency: "USD" },
    });
  });

  test.each([
    ["the same amount written otherwise", ["5", "USD"], ["5.00", "USD"], "duplicate"],
    ["an amount that went missing", ["5", "USD"], [null, null], "duplicate"],
    ["a currency that went missing", ["5", "USD"], ["5", null], "duplicate"],
    ["an amount that was not known before", [null, null], ["5", "USD"], "correction"],
    ["another currency", ["5", "USD"], ["5", "EUR"], "correction"],
    ["neither has an amount", [null, null], [null, null], "duplicate"],
  ] as const)("%s", (_name, from, to, kind) => {
    expect(arrive([...from], [...to])).toBe(kind);
  });

  test("applying a correction and hearing it again changes nothing", () => {
    const amount = fc.record({
      amount: fc.option(fc.constantFrom("0", "1", "1.0", "2.50"), { nil: null }),
      currency: fc.option(fc.constantFrom("USD", "EUR"), { nil: null }),
    });
    fc.assert(
      fc.property(amount, amount, (known: KnownAmount, arriving: KnownAmount) => {
        const first = judgeArrival(known, arriving);
        const after = first.kind === "correction" ? first.to : known;
        expect(judgeArrival(after, arriving).kind).toBe("duplicate");
      }),
    );
  });
});
