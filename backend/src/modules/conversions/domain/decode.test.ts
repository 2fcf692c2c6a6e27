import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodeBytes, decodeComponent } from "./decode.ts";

test("whatever is escaped as UTF-8 comes back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) =>
      expect(decodeComponent(encodeURIComponent(text))).toBe(text),
    ),
  );
});

test("no text and no bytes make it throw, and the answer is well-formed", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("%", "C", "F", "0", "9", "+", "я", "\ud800", "%D0", "%9F") }),
      fc.uint8Array(),
      (text, bytes) => {
        expect(decodeComponent(text).isWellFormed()).toBe(true);
        expect(decodeBytes(bytes).isWellFormed()).toBe(true);
      },
    ),
  );
});

test("one byte beyond ASCII is a letter of windows-1251, not half of a UTF-8 one", () => {
  expect(decodeComponent("caf%E9")).toBe("cafй");
});
