import { expect, test } from "bun:test";
import fc from "fast-check";
import { amountOf, bodyFields, cutText, idOf, momentOf } from "./json-api.ts";

test("an amount is exact text and nothing else: a JSON number may have lost digits already", () => {
  for (const good of ["0", "2", "2.00", "0.000000000000000001", "99999999999999999999"])
    expect(amountOf(good)).toBe(good);
  for (const bad of [2, 0.1, "", "-1", "+1", "1e5", "1.", ".5", "1,5", " 1", "0.0000000000000000001", null, {}])
    expect(amountOf(bad)).toBeNull();
});

test("an id is a whole number, however it was written, and never one that lost digits", () => {
  expect([idOf(42), idOf("42"), idOf("9007199254740993")]).toEqual(["42", "42", "9007199254740993"]);
  for (const bad of [-1, 1.5, 2 ** 53, "1 or 1", "", "0x1", null, []]) expect(idOf(bad)).toBeNull();
});

test("a text is cut by characters as people count them, never inside of one, and says that it was cut", () => {
  expect(cutText(" short ", 10)).toBe("short");
  expect(cutText("🎉🎉🎉", 2)).toBe("🎉…");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 40 }), (text, characters) => {
      const cut = cutText(text, characters);
      expect([...cut].length).toBeLessThanOrEqual(characters);
      expect(cut.isWellFormed()).toBe(true);
    }),
  );
});

test("whatever bytes came, there are fields to read, if only none", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(bodyFields(bytes('{"a":1}'))).toEqual({ a: 1 });
  for (const text of ["", "{", "null", "[1]", '"x"', "<html>"]) expect(bodyFields(bytes(text))).toEqual({});
  expect(bodyFields(new Uint8Array([0xff, 0xfe]))).toEqual({});
  expect([momentOf("2026-11-20T10:00:00Z")?.toISOString(), momentOf("soon"), momentOf(0)]).toEqual([
    "2026-11-20T10:00:00.000Z",
    null,
    null,
  ]);
});
