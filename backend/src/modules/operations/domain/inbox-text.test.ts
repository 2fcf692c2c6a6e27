import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bodyText } from "./body-text.ts";
import { isEventId } from "./event-id.ts";
import { hidden, maskSecrets } from "./mask.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("a body as text", () => {
  test("is UTF-8 when it is", () => {
    expect(bodyText(bytes("сумма=1"))).toEqual({ text: "сумма=1", encoding: "utf-8", isCut: false });
  });

  test("is windows-1251 when it is not UTF-8 and reads like text", () => {
    const word = Uint8Array.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]);
    expect(bodyText(word)).toEqual({ text: "Привет", encoding: "windows-1251", isCut: false });
  });

  test("is hexadecimal when it is neither, and cut", () => {
    const binary = Uint8Array.from({ length: 1_000 }, (_, n) => (n % 2 ? 0xff : n % 7));
    const shown = bodyText(binary);
    expect(shown.encoding).toBe("binary");
    expect(shown.isCut).toBe(true);
    expect(shown.text.startsWith("00 ff 02 ff")).toBe(true);
  });

  test("shows controls and direction marks instead of obeying them", () => {
    expect(bodyText(bytes("a\0b\x1bc\u202ed\u007fe")).text).toBe("a\u2400b\u241bc\ufffdd\u2421e");
  });

  test("never throws, whatever was sent", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (some) => {
        const { text } = bodyText(some);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that none is left is what is tested
        expect(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)).toBe(false);
      }),
    );
  });
});

describe("secrets", () => {
  const shownAs: [string, string][] = [
    ["secret=abc&subid=1", `secret=${hidden}&subid=1`],
    ["a=1&API_KEY=abc", `a=1&API_KEY=${hidden}`],
    ["user[password]=abc&b=2", `user[password]=${hidden}&b=2`],
    ['{"token": "a\\"b", "subid": "1"}', `{"token": "${hidden}", "subid": "1"}`],
    ['{"access_token":"broken', `{"access_token":"${hidden}"`],
    ["Authorization: Bearer abcdefghij", `Authorization: Bearer ${hidden}`],
    [`x=${123456789}%3A${"A".repeat(35)}`, `x=${hidden}`],
  ];
  for (const [text, shown] of shownAs) test(`in ${text} are hidden`, () => expect(maskSecrets(text)).toBe(shown));

  test("are not seen where there are none: ids of clicks, amounts, words that only sound alike", () => {
    for (const text of ["subid=abc123&tid=9", '{"payout":"1,50","keyword":"shoes"}', "tokens=5&secretary=Ann&monkey=1"])
      expect(maskSecrets(text)).toBe(text);
  });

  test("are hidden however long the text, in linear time", () => {
    const long = `${"a=1&".repeat(20_000)}secret=x`;
    const at = performance.now();
    expect(maskSecrets(long).endsWith(`secret=${hidden}`)).toBe(true);
    expect(maskSecrets('"'.repeat(65_000)).length).toBe(65_000);
    expect(maskSecrets("_".repeat(65_000)).length).toBe(65_000);
    expect(performance.now() - at).toBeLessThan(2_000);
  });
});

test("an id of a call fits a bigint", () => {
  expect(isEventId("1")).toBe(true);
  expect(isEventId("9223372036854775807")).toBe(true);
  for (const id of ["9223372036854775808", "", "-1", "1.5", "0x1"]) expect(isEventId(id)).toBe(false);
});
