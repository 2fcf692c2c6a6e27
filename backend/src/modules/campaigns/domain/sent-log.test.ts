import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { callKey, matchCalls, readSentLine } from "./sent-log.ts";

const read = (message: string) => readSentLine({ atText: "2026-11-25T10:00:00", message });
const address = "https://our.example/in/abcdefghijklmnop?subid=s1&status=sale";

describe("a line of the log", () => {
  test("says what was called and what came back, however it is written", () => {
    const lines = [
      [`[GET] ${address} -> 200 OK`, "accepted", 200, "200 OK"],
      [`Response 404 for ${address}`, "refused", 404, null],
      [`${address} => 500 {"id":"200"}`, "refused", 500, '500 {"id":"200"}'],
      [`[POST] ${address} -> cURL error 28: Operation timed out after 5001 ms`, "failed", null],
      [`Sent ${address}`, "unknown", null, null],
    ] as const;
    for (const [message, outcome, status, remark] of lines) {
      const line = read(message);
      expect(line).toMatchObject({
        outcome,
        status,
        called: { secret: "abcdefghijklmnop", query: "subid=s1&status=sale" },
      });
      if (remark !== undefined) expect(line.remark).toBe(remark);
    }
  });

  test("of the other kind of address keeps its secret out of the query", () => {
    const { called } = read("https://our.example/integrations/keitaro/postback?secret=abcdefghijklmnop&subid=s1 200");
    expect(called).toEqual({ secret: "abcdefghijklmnop", query: "subid=s1" });
  });

  test("without an address says nothing of a call", () => {
    expect(read("Queue is empty")).toMatchObject({ called: null, outcome: "unknown", remark: "Queue is empty" });
  });

  test("never lets an address into its remark", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, behind) => {
        const { remark } = read(`${before} ${address} ${behind} ${address}`);
        expect(remark ?? "").not.toContain("abcdefghijklmnop");
      }),
    );
  });
});

test("the same parameters are the same call, whatever their order and escapes", () => {
  expect(callKey("b=2&a=x%20y")).toBe(callKey("a=x+y&b=2"));
  expect(callKey("a=%E0%E1")).not.toBe(callKey("a=%E0%E2"));
  const pair = fc
    .tuple(fc.string(), fc.string({ unit: "binary" }))
    .map((parts) => parts.map(encodeURIComponent).join("="));
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      expect(callKey(pairs.toReversed().join("&"))).toBe(callKey(pairs.join("&")));
    }),
  );
});

test("one call stands for one line", () => {
  const sent = (query: string) => read(`https://our.example/in/abcdefghijklmnop?${query} 200`);
  const { hasArrived, take } = matchCalls([sent("a=1"), sent("a=1"), sent("b=1"), read("nothing")]);
  for (const call of ["a=1", "c=1", "b=1", "b=1"]) take(call);
  expect(hasArrived).toEqual([true, false, true, false]);
});
