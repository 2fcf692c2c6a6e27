import { expect, test } from "bun:test";
import fc from "fast-check";
import { freshOf } from "./gone-to-pay.ts";

const now = Date.parse("2026-03-01T12:00:00Z");
const minute = 60_000;

test("whoever has gone to pay is awaited for ten minutes, order by order", () => {
  const stored = JSON.stringify({ a: now, b: now - 9 * minute, c: now - 10 * minute, d: now + minute, e: "soon" });
  expect(freshOf(stored, now)).toEqual({ a: now, b: now - 9 * minute });
});

test("what is stored is no reason to fail, whatever it is", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (stored) => expect(freshOf(stored, now)).toEqual({})));
  expect(freshOf(null, now)).toEqual({});
});
