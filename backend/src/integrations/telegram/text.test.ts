import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  escapeAttribute,
  escapeText,
  fits,
  lengthAfterParsing,
  singleLine,
  stripControl,
  telegramMarkup,
  truncate,
} from "./text.ts";

const anyText = fc.string({ unit: "binary", maxLength: 300 });
const codePoints = (text: string) => [...text].length;

describe("escaping", () => {
  test("markup in a value arrives as text", () => {
    expect(escapeText('<b>&amp;</b> "5 < 6"')).toBe('&lt;b&gt;&amp;amp;&lt;/b&gt; "5 &lt; 6"');
    expect(escapeAttribute('tg://user?id=1"><b>')).toBe("tg://user?id=1&quot;&gt;&lt;b&gt;");
  });

  test("whatever the value is, it measures as its own length and can open no tag", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const html = telegramMarkup.bold(text);
        expect(lengthAfterParsing(html)).toBe(codePoints(stripControl(text)));
        expect(html.slice(3, -4)).not.toMatch(/[<>]/);
      }),
    );
  });
});

describe("length", () => {
  test.each([
    ["<b>ab</b>", 2],
    ['<a href="https://example.com/?a=1&amp;b=2">x</a>', 1],
    ["&lt;&gt;&amp;&quot;&#39;&#x1F600;", 6],
    ["&lt without semicolon", " without semicolon".length + 1],
    ["&nbsp;", 6],
    ["😀", 1],
    ["5 &lt; 6", 5],
  ])("%s is %d characters to the server", (html, length) => {
    expect(lengthAfterParsing(html)).toBe(length);
  });

  test("4096 emoji fit, one more does not", () => {
    expect(fits("😀".repeat(4096))).toBe(true);
    expect(fits("😀".repeat(4097))).toBe(false);
  });

  test("raw text above 32 KB is refused however short it parses", () => {
    expect(fits(`<a href="https://example.com/${"x".repeat(33_000)}">x</a>`)).toBe(false);
  });
});

describe("shortening", () => {
  test("text that fits is untouched, longer text ends in an ellipsis", () => {
    expect(truncate("hello", 5)).toBe("hello");
    expect(truncate("hello!", 5)).toBe("hell…");
    expect(truncate("a bcd", 3)).toBe("a…");
    expect(truncate("abc", 0)).toBe("");
  });

  test("an emoji of several code points is not cut in two", () => {
    expect(truncate("ab👨‍👩‍👧cd", 5)).toBe("ab…");
  });

  test("never longer than asked, never a broken character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), fc.integer({ min: 0, max: 60 }), (text, max) => {
        const short = truncate(text, max);
        expect(codePoints(short)).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
      }),
    );
  });
});

test("controls, direction marks and lone surrogates go; line breaks and emoji joiners stay", () => {
  expect(stripControl("a\u0000b\u202Efdp\u2069.exe\r\nc\td\u0085e")).toBe("abfdp.exe\nc d\ne");
  expect(stripControl("👨‍👩‍👧 \ud800")).toBe("👨‍👩‍👧 \ufffd");
  expect(singleLine("  a\n\n b\u00a0c ")).toBe("a b c");
});
