import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { clickCodes } from "./click-code.ts";

const codes = clickCodes(["newest key", "older key"]);
const click = fc.record({
  recipientId: fc.bigInt({ min: 1n, max: 2n ** 48n - 1n }),
  link: fc.integer({ min: 0, max: 65_535 }),
});

describe("the code of a click", () => {
  test("is read back as what it was written for, in 24 letters that need no escaping", () => {
    fc.assert(
      fc.property(click, (one) => {
        const code = codes.write(one);
        expect(code).toMatch(/^[A-Za-z0-9_-]{24}$/);
        expect(encodeURIComponent(code)).toBe(code);
        expect(codes.read(code)).toEqual(one);
      }),
    );
  });

  test("means nothing with any letter of it changed", () => {
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    fc.assert(
      fc.property(click, fc.nat(23), fc.constantFrom(...letters), (one, at, letter) => {
        const code = codes.write(one);
        const other = code.slice(0, at) + letter + code.slice(at + 1);
        if (other !== code) expect(codes.read(other)).toBeNull();
      }),
    );
  });

  test("cannot be written without the key, and text of any other shape is none", () => {
    const stranger = clickCodes(["a stranger's key"]);
    fc.assert(fc.property(click, (one) => expect(codes.read(stranger.write(one))).toBeNull()));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => expect(codes.read(text)).toBeNull()));
  });

  test("is read under every key that is still listed, and no longer under one that is not", () => {
    const one = { recipientId: 7n, link: 1 };
    const old = clickCodes(["older key"]).write(one);
    expect(codes.read(old)).toEqual(one);
    expect(clickCodes(["newest key"]).read(old)).toBeNull();
  });

  test("tells nothing: those of neighbours have nothing in common", () => {
    const [first = "", second = ""] = [41n, 42n].map((recipientId) => codes.write({ recipientId, link: 1 }));
    const alike = [...first].filter((letter, at) => second[at] === letter).length;
    expect(alike).toBeLessThan(6);
  });
});
